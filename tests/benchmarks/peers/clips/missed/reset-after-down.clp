(deftemplate link-state-0 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-0 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-0
  (link-state-0 (edge ?e) (state down) (at ?t1))
  (handshake-0 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
(deffacts incident
  (link-state-0 (edge e1) (state down) (at 100))
  (handshake-0 (edge e1) (outcome reset) (at 142))
  (handshake-0 (edge e2) (outcome reset) (at 142)))
