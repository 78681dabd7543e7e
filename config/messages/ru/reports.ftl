# Сообщения извне

report-kind-client = жалоба клиента
report-kind-partner = сообщение партнёра
report-kind-journalist = вопрос журналиста
report-kind-regulator = запрос регулятора
report-kind-leak-sample = образец утёкших данных
report-kind-other = другое сообщение извне

report-state-waiting = никто ещё не посмотрел
report-state-linked = привязано
report-state-dismissed = отклонено

report-line-from = от кого: { $sender }
report-line-clients = { $count ->
    [one] об одном клиенте
    [few] о { $count } клиентах
   *[many] о { $count } клиентах
}
report-line-form = из открытой формы: кто написал, никто не проверял
report-line-by = записал(а) { $person }
report-line-file = файл { $name }, { $bytes } байт, SHA-256 { $hash }
report-line-linked = { $at } привязано к инциденту { $number }, { $by }: { $reason }
report-line-linked-hidden = { $at } привязано к другому инциденту, { $by }
report-line-dismissed = { $at } отклонено, { $by }: { $reason }

report-letter-title = Ваше обращение { $number } от { $received }
report-letter-greeting = Здравствуйте!
report-letter-received = Ваше обращение мы получили { $received }, его номер { $number }. Называйте этот номер, когда пишете или звоните нам.
report-letter-doing = Мы проверяем то, о чём вы сообщили: смотрим, кто, когда и зачем открывал записи, о которых вы пишете, и нужно ли это было, чтобы вас обслужить.
report-letter-care = До нашего ответа никому не сообщайте паролей и одноразовых кодов, даже если звонят или пишут от нашего имени. Если это случится, дайте нам знать.
report-letter-until = Не позднее { $until } мы напишем вам, что выяснили: затронуты ли ваши данные, какие именно, что сделали мы и что можете сделать вы.
report-letter-close = Если вспомните что-то ещё, ответьте на это письмо.
report-letter-signature = Группа защиты данных клиентов

notify-report-title = { $count ->
    [one] Ждёт сообщение извне
    [few] Ждут { $count } сообщения извне
   *[many] Ждут { $count } сообщений извне
}
notify-report = Посмотреть и привязать к инциденту или отклонить:
notify-owed-report = { $late ->
    [late] ПРОСРОЧЕНО с { $time }: { $title } ({ $what })
   *[due] до { $time }: { $title } ({ $what })
}

chain-attachment = { $problem ->
    [missing] файла, пришедшего с сообщением { $report }, нет
   *[other] файл, пришедший с сообщением { $report }, — не тот, что пришёл
}
