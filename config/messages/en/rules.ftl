# Reasons of Sigma rules: why a finding was stated, in numbers. Nothing of a client or of a log line stands here.
rule-events = { $count ->
        [one] one request fits the rule
       *[other] { $count } requests fit the rule
    }
rule-event-count = { $count } times, at a rate over the limit for { $span } { $unit ->
        [days] { $span ->
            [one] day
           *[other] days
        }
        [hours] { $span ->
            [one] hour
           *[other] hours
        }
        [minutes] { $span ->
            [one] minute
           *[other] minutes
        }
       *[seconds] { $span ->
            [one] second
           *[other] seconds
        }
    }
rule-client-count = read { $count } { $count ->
        [one] client
       *[other] clients
    } in { $span } { $unit ->
        [days] { $span ->
            [one] day
           *[other] days
        }
        [hours] { $span ->
            [one] hour
           *[other] hours
        }
        [minutes] { $span ->
            [one] minute
           *[other] minutes
        }
       *[seconds] { $span ->
            [one] second
           *[other] seconds
        }
    }
rule-record-count = opened { $count } different { $count ->
        [one] record
       *[other] records
    } in { $span } { $unit ->
        [days] { $span ->
            [one] day
           *[other] days
        }
        [hours] { $span ->
            [one] hour
           *[other] hours
        }
        [minutes] { $span ->
            [one] minute
           *[other] minutes
        }
       *[seconds] { $span ->
            [one] second
           *[other] seconds
        }
    }
rule-value-count = { $count } different { $count ->
        [one] target
       *[other] targets
    } in { $span } { $unit ->
        [days] { $span ->
            [one] day
           *[other] days
        }
        [hours] { $span ->
            [one] hour
           *[other] hours
        }
        [minutes] { $span ->
            [one] minute
           *[other] minutes
        }
       *[seconds] { $span ->
            [one] second
           *[other] seconds
        }
    }
rule-records = records concerned: at least { $low }, at most { $high }
