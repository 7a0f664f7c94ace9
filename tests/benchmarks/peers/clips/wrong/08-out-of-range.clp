(deftemplate cause-8 (slot prior (type FLOAT) (range 0.0 1.0)))
(deffacts f8 (cause-8 (prior 1.2)))
