# Reasons of Sigma rules: what the rule is about, then how much of it there was. Nothing of a client or of a log line
# stands here. Parts of sentences that several messages use end in -part.
rule-requests = { $title }: { $count ->
        [one] one request
       *[other] { $count } requests
    }{ rule-records-part }
rule-run = { $title }: { $count } neighbouring { $count ->
        [one] id
       *[other] ids
    } in a row{ rule-records-part }
rule-pieces = { $title }: { $count } neighbouring { $count ->
        [one] id
       *[other] ids
    } in all{ rule-records-part }
rule-times = { $title }: { $count ->
        [one] once
       *[other] { $count } times
    }, over the limit for { rule-span-part }{ rule-records-part }
rule-clients = { $title }: { rule-more-part }{ $count } { $count ->
        [one] client
       *[other] clients
    } in { rule-span-part }{ rule-records-part }
rule-opened = { $title }: { rule-more-part }{ $count } different { $count ->
        [one] record
       *[other] records
    } in { rule-span-part }{ rule-records-part }
rule-targets = { $title }: { rule-more-part }{ $count } different { $count ->
        [one] target
       *[other] targets
    } in { rule-span-part }{ rule-records-part }
rule-accounts = { $title }: { rule-more-part }{ $count } { $count ->
        [one] account
       *[other] accounts
    } in { rule-span-part }{ rule-records-part }
rule-spellings = { $title }: { rule-more-part }{ $count } { $count ->
        [one] spelling
       *[other] spellings
    } in { rule-span-part }{ rule-records-part }
rule-addresses = { $title }: { rule-more-part }{ $count } { $count ->
        [one] address
       *[other] addresses
    } in { rule-span-part }{ rule-records-part }
rule-records-sum = { $title }: { rule-more-part }{ $count } { $count ->
        [one] record
       *[other] records
    } altogether in { rule-span-part }
rule-megabytes = { $title }: { rule-more-part }{ $count } MB altogether in { rule-span-part }{ rule-records-part }
rule-total = { $title }: { rule-more-part }{ $count } altogether in { rule-span-part }{ rule-records-part }
rule-together = { $title }: { $count } different signs of it within { rule-span-part }{ rule-records-part }
rule-in-order = { $title }: { $count } steps of it in order within { rule-span-part }{ rule-records-part }
rule-average = { $title }: { $count } on average in { rule-span-part }{ rule-records-part }
rule-median = { $title }: a median of { $count } in { rule-span-part }{ rule-records-part }
rule-percentile = { $title }: { $percentile } % of the values in { rule-span-part } lie below { $count }{ rule-records-part }
unreadable-lines = Lines that show this { $named ->
        [address] address
       *[account] account
    } are not read: { $count } of { $looked } rejected lines of the source { $source } that were looked at in ten minutes. Only the lines themselves say whose they are; it is not checked
rule-more-part = { $more ->
        [yes] at least{" "}
       *[no] { "" }
    }
rule-records-part = { $records ->
        [exact] , { $high ->
            [one] one record
           *[other] { $high } records
        }
        [upto] , up to { $high ->
            [one] one record
           *[other] { $high } records
        }
        [between] , { $low } to { $high } records
        [untold] ; the log does not tell how many records
        [more] , { $high ->
            [one] one record
           *[other] { $high } records
        } at most where the log counts them; elsewhere it does not tell how many
       *[none] { "" }
    }
rule-span-part = { $span } { $unit ->
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

# Of findings stored before the reasons named their rule.
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

# nabat rules prove
proof-title = Rule { $file } tried on incident { $number }
proof-verdict = { $verdict ->
    [yes] PROVED: it finds the case and is silent on { $days ->
        [one] one honest day.
       *[other] { $days } honest days.
    }
   *[no] NOT PROVED.
}
proof-file = SHA-256 of the file { $hash }; tried { $at }. Rules in it:
proof-case = { $origin ->
    [held] On { $lines } lines of the case as they are held ({ $read } of them read)
   *[logs] On { $lines } lines of the logs, for nothing of the case is held that can be read by itself ({ $read } read)
} it fires { $fired ->
    [0] NEVER.
    [one] once:
   *[other] { $fired } times:
}
proof-honest = From { $since } to { $until } the logs that are there hold { $lines } lines, with client data touched, work of cases aside, on { $days ->
    [0] NO day: nothing is shown by them.
    [one] one day.
   *[other] { $days } days.
}
proof-others = { $count ->
    [0] It is silent on them.
    [one] It would fire once more:
   *[other] It would fire { $count } times more:
}
proof-failed = The rule { $name } FAILED { $count ->
    [one] once
   *[other] { $count } times
} ({ $kind } at { $place }): what it would have found there is not known, and nothing is proved.
proof-forgotten = NOT ALL WAS JUDGED: the memory of { blind-memory } let go of { NUMBER($count, useGrouping: 0) }, for too many came. That the rule is silent about these shows nothing, and nothing is proved. Try fewer days.
proof-known = { $count ->
    [one] Once more it fires on work that belongs to a case.
   *[other] { $count } times more it fires on work that belongs to a case.
}
proof-events = { $count ->
    [one] one event
   *[other] { $count } events
}
proof-more = and { $count } more
