(deftemplate one-9 (slot edge))
(deftemplate two-9 (slot edge))
(defrule one-from-two-9 (two-9 (edge ?e)) => (assert (one-9 (edge ?e))))
(defrule two-from-one-9 (one-9 (edge ?e)) => (assert (two-9 (edge ?e))))
