# Сообщения извне

report-kind-client = жалоба клиента
report-kind-partner = сообщение партнёра
report-kind-journalist = вопрос журналиста
report-kind-regulator = запрос регулятора
report-kind-leak-sample = образец утёкших данных
report-kind-other = другое сообщение извне
report-source = { $kind }, { $report }

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

web-report-title = Сообщить о возможной утечке данных клиентов
web-report-lead = Если вы думаете, что данные клиентов попали к тем, к кому не должны, напишите нам. Регистрация не нужна. Каждое сообщение мы смотрим в течение 15 минут, ночью — возможно, утром.
web-report-who = Кто вы?
web-report-from-client = Клиент
web-report-from-partner = Партнёр или поставщик
web-report-from-journalist = Журналист
web-report-from-leak-sample = Тот, кто нашёл утёкшие данные
web-report-from-other = Другое
web-report-text = Что произошло и как вы об этом узнали?
web-report-sender = Как с вами связаться? (без этого мы не сможем ответить)
web-report-client = Ваш номер клиента, если знаете
web-report-privacy = Не пишите паролей, номеров карт и кодов. Написанное прочтут только те, кто занимается утечками.
web-report-send = Отправить
web-report-thanks = Спасибо
web-report-taken = Сообщение получено. Его номер { $number }: назовите его, если будете писать или звонить.
web-report-beware = Никому не сообщайте паролей и одноразовых кодов, даже если звонят от нашего имени.
web-report-missing-kind = Укажите, кто вы.
web-report-missing-text = Напишите, что произошло.
web-report-too-long = Слишком длинно: не больше { $count } знаков.
web-report-enough = { $ways ->
    [none] Сейчас форма не может принять ваше сообщение: их пришло слишком много сразу. Пожалуйста, не ждите: позвоните или напишите нам, как обычно. Через час можно отправить и отсюда.
   *[other] Сейчас форма не может принять ваше сообщение: их пришло слишком много сразу. Пожалуйста, не ждите: позвоните или напишите нам ({ $ways }). Через час можно отправить и отсюда.
}
web-report-file-left = Ваше сообщение получено, а файл нет: слишком много файлов ждёт просмотра. Пожалуйста, сохраните его, пока мы его не попросим.
web-report-by-form = из формы
web-reports-title = Сообщения извне
web-reports-lead = Звонок, письмо, жалоба записываются командой `nabat report`. Тот, о ком сообщение, его не видит.
web-reports-form = Форма, открытая для всех:
web-reports-waiting = { $count ->
    [0] Ничего не ждёт
    [one] Ждёт { $count }
    [few] Ждут { $count }
   *[many] Ждут { $count }
}
web-report-known = клиент или адрес известен
web-report-alike = похожих: { $count }
web-reports-order = Сначала те, кто называет известного нам клиента или пишет с адреса из наших контактов, затем то, что больше никто не писал. Похожие тексты — одна строка, за ней все они.
web-reports-more = Показаны первые { $count } строк. Все перечислит `nabat reports list --waiting`, а отклонить можно сразу много: `nabat reports dismiss`.
web-report-file-missing = { $name }: файл не сохранён, слишком много файлов ждало просмотра. Попросите прислать его ещё раз.
web-reports-done = Что с ними стало
web-reports-none = Нет.
web-report-says = Что в нём
web-report-col-received = Получено
web-report-col-what = Что
web-report-col-due = срок
web-report-col-sender = От кого
web-report-col-by = Кто записал
web-report-col-source = Система
web-report-col-file = Файл
web-report-fetch = Забрать файл
web-report-fetch-hint = Его сделал посторонний: он сохранится под номером сообщения, и никто не проверял, что в нём. То, что вы его забрали, записывается.
web-report-link = Относится к делу
web-report-incident = К какому
web-report-why = Почему
web-report-link-hint = Если оно пришло раньше, чем показали журналы, с него начнётся T0; у жалобы пойдёт свой срок; будет подготовлен черновик ответа.
web-report-link-press = Привязать
web-report-dismiss = Это не для нас
web-report-dismiss-press = Отклонить
web-report-needs-incident = Выберите дело.
web-report-needs-reason = Напишите почему.
web-report-needs-title = Напишите, о чём это.
web-report-needs-severity = Укажите, насколько это серьёзно.
web-report-needs-playbook = Выберите порядок действий.
web-nav-reports = Сообщения извне
web-problem-report-file = С сообщением { $report } файла не было.
web-problem-source-none = Источника или сервиса { $name } нет.
web-problem-of-drill = { $number } относится к учениям: ничего из него не отправляется, и сроки законов от него не идут.
web-problem-report-none = Сообщения { $report } нет.
web-problem-report-linked = Сообщение { $report } уже привязано к этому делу.
web-problem-report-drill = Дело { $number } учебное, а сообщение настоящее: откройте по нему отдельное дело.
web-problem-report-done = Сообщение { $report } уже кто-то привязал или отклонил.
web-report-file = Файл, по которому это видно, если он есть: снимок экрана, письмо
web-report-file-hint = Один файл не больше { $size }: { $endings }. Он хранится таким, каким пришёл; служба его не открывает.
web-report-file-empty = Файл пуст.
web-report-file-large = Файл больше { $size }. Пришлите меньший или напишите, где его можно увидеть.
web-report-file-type = Файлы такого вида не принимаются. Принимаются: { $endings }.
web-report-file-disguised = Файл не то, чем назван. Пришлите его со своим расширением или как снимок.
