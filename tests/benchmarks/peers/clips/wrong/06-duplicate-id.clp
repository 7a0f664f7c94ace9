(deftemplate link-state-6 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-6 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-6
  (link-state-6 (edge ?e) (state down) (at ?t1))
  (handshake-6 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
(defrule reset-after-down-6
  (link-state-6 (edge ?e) (state down) (at ?t1))
  (handshake-6 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
