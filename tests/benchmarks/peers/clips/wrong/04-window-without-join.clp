(deftemplate link-state-4 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-4 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-4
  (link-state-4 (edge ?e) (state down) (at ?t1))
  (handshake-4 (edge ?other) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
