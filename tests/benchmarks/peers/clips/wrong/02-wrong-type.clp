(deftemplate link-state-2 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-2 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-2
  (link-state-2 (edge ?e) (state down) (at ?t1))
  (handshake-2 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
(deffacts f2 (link-state-2 (edge e1) (state down) (at "noon")))
