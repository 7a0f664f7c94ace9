(deftemplate link-state-3 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-3 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-3
  (link-state-3 (edge ?e) (state down) (at ?t1))
  (handshake-3 (edge ?e) (outcom reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
