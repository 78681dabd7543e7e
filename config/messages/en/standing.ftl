# What comes round by the calendar
standing-plan-review = Review of the response plan
standing-roster-check = Check of the roster
standing-drill = Drill
standing-training = Training of the staff
standing-template-review = Review of the templates
standing-data-map = Reading of the data map
standing-document = { $what } { $day }
notify-standing-title = { $count ->
    [one] One thing comes round: it is yours
   *[other] { $count } things come round: they are yours
}
notify-standing = By the calendar:
notify-owed-standing = { $late ->
    [late] OVERDUE since { $time }: { $title } (nabat standing done { $what })
   *[due] until { $time }: { $title } (nabat standing done { $what })
}
web-owed-standing = { $title }
web-standing-head = Comes round by the calendar
web-standing-hint = It is on the agenda from two weeks before it is due until somebody records that it was done, and with what result.
web-standing-none = Nothing: the configuration keeps none of it (standing).
web-standing-never = never recorded
web-standing-done = Record that something of it was done
web-standing-body = What was done, by whom, with what result (Markdown)
web-standing-at = When it was done ({ $zone }); empty: now
web-col-done-last = Done last
web-missing-standing = Choose what was done.
web-problem-standing = { $name } does not come round by the calendar.
