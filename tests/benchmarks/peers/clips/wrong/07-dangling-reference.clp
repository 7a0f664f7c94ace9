(deftemplate link-state-7 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-7 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrule reset-after-down-7
  (link-state-7 (edge ?e) (state down) (at ?t1))
  (handshake-7 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (advse t "reset after down on " ?e crlf))
