(deftemplate link-state-1 (slot edge) (slot state) (slot at (type INTEGER)))
(deftemplate handshake-1 (slot edge) (slot outcome) (slot at (type INTEGER)))
(defrul reset-after-down-1
  (link-state-1 (edge ?e) (state down) (at ?t1))
  (handshake-1 (edge ?e) (outcome reset) (at ?t2))
  (test (and (>= ?t2 ?t1) (<= (- ?t2 ?t1) 30)))
  =>
  (printout t "reset after down on " ?e crlf))
