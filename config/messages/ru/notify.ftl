# Что получают люди: вызовы, заметки, пробные сообщения. Простой текст, без данных клиентов.

notify-severity-low = Низкая
notify-severity-medium = Средняя
notify-severity-high = ВЫСОКАЯ
notify-severity-critical = КРИТИЧЕСКАЯ
notify-drill = УЧЕНИЯ

notify-page-title = { $severity }: { $name }
notify-head = Тяжесть: { $severity }. { $name }
notify-by-hand = Открыл вручную: { $by }
notify-again = ВЫЗОВ ПОВТОРЁН: известно больше, чем когда кто-то ответил. Посмотрите заново.
notify-again-for = ВЫЗОВ ПОВТОРЁН. Что изменилось: { $what }
notify-worse-leak = СТАЛО ХУЖЕ: теперь известно, что затронуты данные клиентов.
notify-worse-alteration = СТАЛО ХУЖЕ: данные клиентов изменены или удалены.
notify-worse-account_takeover = СТАЛО ХУЖЕ: похоже, учётной записью пользуется кто-то другой.
notify-worse-web_attack = СТАЛО ХУЖЕ: это ещё и атака на веб.
notify-worse-account_attack = СТАЛО ХУЖЕ: атакуют учётные записи.
notify-what = Что: { $what }
notify-who = Кто: { $who }
notify-who-in = Кто: { $who }, система { $service }
notify-since = С какого времени: { $time }
notify-first = Сначала: { $step }
notify-your-step = Ваш шаг: { $step }
notify-instead = Вызываем вас, потому что кого-то нет на месте: { $who }
notify-acknowledge = Принять: { $link }
notify-view = Смотреть: { $link }

notify-actor-human = учётная запись сотрудника ({ $name })
notify-actor-admin = учётная запись администратора ({ $name })
notify-actor-service = служебная учётная запись
notify-actor-anonymous = кто-то без входа в систему
notify-actor-session = сеанс без имени учётной записи
notify-actor-ip = сетевой адрес без учётной записи
notify-actor-session-of-accounts = один сеанс, учётных записей { $count }{ notify-names-part }
notify-actor-ip-of-accounts = сетевой адрес, учётных записей { $count }{ notify-names-part }
notify-actor-of-accounts = учётных записей { $count }{ notify-names-part }
notify-names-part = { $names ->
    [none] {""}
   *[other] {" "}({ $names } …)
}
notify-actor-host = неназванная учётная запись на машине { $name }
notify-actor-unnamed = кто-то, кого лог не называет
notify-actor-unknown = учётная запись ({ $name })
notify-actor-more = { $who } и ещё { $count }

notify-clients = { $count ->
    [one] { $count } клиент
    [few] { $count } клиента
   *[many] { $count } клиентов
}
notify-records = { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
}
notify-records-up-to = { $count ->
    [one] до { $count } записи
   *[many] до { $count } записей
}
notify-records-between = { $high ->
    [one] от { $low } до { $high } записи
   *[many] от { $low } до { $high } записей
}
notify-uncounted = { $count ->
    [one] { $count } выгрузка или список, о которых лог не говорит, сколько в них записей
    [few] { $count } выгрузки или списка, о которых лог не говорит, сколько в них записей
   *[many] { $count } выгрузок или списков, о которых лог не говорит, сколько в них записей
}
notify-untouched = Данные клиентов: пока не видно, чтобы их отправили или изменили
notify-amount-unknown = пока неизвестно
notify-amount = Сколько: { $amount }
notify-amount-of = Сколько: { $amount }; данные: { $classes }
notify-and-more = и ещё { $count }

notify-taken-title = { $name }: занимается { $person }
notify-taken = { $name }: занимается { $person }, принято { $time }. Вызовов больше не будет.
notify-unreached-title = { $name }: не до всех удалось дозваться
notify-unreached = { $count ->
    [one] { $name }: вызов не удалось доставить, адресат: { $people }. Вызван следующий по очереди; позвоните этому человеку.
   *[many] { $name }: вызов не удалось доставить, адресаты: { $people }. Вызваны следующие по очереди; позвоните этим людям.
}
notify-somebody = кто-то

notify-trial-title = { $organization }: пробное сообщение
notify-trial = Это проверка адресата { $target } кризисной группы ({ $organization }). Ничего не случилось, делать ничего не нужно.

notify-error-timeout = ответ не пришёл вовремя
notify-error-connect = нет соединения
notify-error-name = имя сервера неизвестно
notify-error-tls = сертификату сервера нет доверия
notify-error-http = сервер ответил HTTP { $number }
notify-error-smtp = почтовый сервер ответил { $number }
notify-error-url = адрес (URL) не разобран
notify-error-target = такого адресата нет в настройках
notify-error-other = служба не приняла сообщение

notify-role-lead = руководитель кризисной группы
notify-role-dep = заместитель
notify-role-scr = секретарь
notify-role-soc = аналитик безопасности
notify-role-own = владелец системы
notify-role-dpo = ответственный за персональные данные
notify-role-com = связь с общественностью
notify-role-care = забота о клиентах
notify-role-hr = кадры
notify-role-exe = руководство
notify-role-fin = финансы
notify-role-ext = внешний эксперт
notify-role-everybody = все

notify-history-title = { $name }: найдено в старых логах
notify-history = Сейчас ничего из этого не продолжается: никого не вызываем, сроки не идут. Просмотрите таблицу и откройте настоящее отдельным инцидентом.

# Конец цепочки по делу, с каждым сообщением: см. `nabat verify --seal`.
notify-seal = Печать { $seal }
notify-reminder-title = { $count ->
    [one] Ждёт вас: { $name }
    [few] { $count } дела ждут вас: { $name }
   *[many] { $count } дел ждут вас: { $name }
}
notify-reminder = Ждёт вас в { $name }:
notify-digest-title = { $count ->
    [one] На утро: { $count } дело ждёт
    [few] На утро: { $count } дела ждут
   *[many] На утро: { $count } дел ждут
}
notify-digest-more = { $count ->
    [one] и ещё { $count } инцидент
    [few] и ещё { $count } инцидента
   *[many] и ещё { $count } инцидентов
}
notify-owed-step = { $late ->
    [late] ПРОСРОЧЕНО с { $time }: { $what } { $title }
   *[due] до { $time }: { $what } { $title }
}
notify-owed-duty = { $late ->
    [late] СРОК ПРОПУЩЕН, был { $time }: { $title }
   *[due] срок { $time }: { $title }
}
notify-owed-approval = { $what }: нужно согласие другого человека, просит { $who }
notify-owed-role = роль «{ $title }»: { $who } ещё не даёт согласия; согласитесь, откажитесь или попросите другого
notify-owed-question = вопросов клиентов без ответа: { $title }; список: nabat calls list
notify-owed-hold = приостановлено до { $time }
notify-owed-briefing = { $late ->
    [late] ПОРА ПРОВЕСТИ СВОДКУ, срок был { $time }: { $title } Сохраните её (nabat notices draft, форма briefing) или запишите заметкой: от неё считается следующая
   *[due] следующая сводка до { $time }
}
notify-owed-withdrawal = { $late ->
    [late] нужно отозвать, срок был { $time }: { $title }; список: nabat incidents withdrawals
   *[due] нужно отозвать до { $time }: { $title }; список: nabat incidents withdrawals
}
notify-owed-follow-up = { $late ->
    [late] { $what } дней после закрытия, срок был { $time }: { $title } Заметка в деле снимет напоминание
   *[due] { $what } дней после закрытия, до { $time }: { $title }
}
notify-owed-answer = { $late ->
    [late] до { $time } ничего не сделано и не записано
   *[due] до { $time } нужен шаг или заметка, иначе ответ перестанет считаться
}
notify-handed-title = Теперь ваше: { $name } (передал(а) { $person })
notify-handed = { $name } вам передал(а) { $person }: теперь этим занимаетесь вы. Без шага или заметки вовремя команду вызовут снова.
notify-role-asked-title = Возьмёте роль «{ $role }»? { $name } (просит { $person })
notify-role-asked = { $person } просит вас взять роль «{ $role }» в деле { $name }. Она ваша, когда вы согласитесь: по ссылке ниже, «Беру на себя», на вкладке «Люди» или nabat incidents accept { $number } { $word }. Если не можете, откажитесь там же и скажите почему.
notify-role-answer = Взять роль или отказаться: { $link }
notify-role-declined-title = Отказ от роли «{ $role }»: { $person }, { $name }
notify-role-declined = { $person } не берёт роль «{ $role }» в деле { $name }: действует порядок команды. Попросить другого можно на вкладке «Люди» или командой nabat incidents assign { $number } { $word } PERSON.
notify-role-ended-title = Роль «{ $role }» больше не ваша: { $name }
notify-role-ended = Роль «{ $role }» в деле { $name } больше не ваша, и просьбы о ней больше нет: { $person } забирает её или просит другого. Делать ничего не нужно.
notify-on-call-title = { $until ->
    [open] Вы дежурите
   *[other] Вы дежурите до { $until }
}
notify-on-call = { $until ->
    [open] Теперь дежурите вы.
   *[other] Теперь дежурите вы, до { $until }.
}
notify-on-call-deputy = Заместитель: { $person }
notify-on-call-before = До вас дежурил(а): { $person }
notify-on-call-open = { $person ->
    [nobody] { $name }: этим никто не занимается
   *[other] { $name }: занимается { $person }
}
notify-off-call-title = Ваше дежурство окончено
notify-off-call = Теперь дежурит { $person }. Инциденты, которыми вы занимаетесь, остаются вашими: передайте те, которые не продолжите.
notify-nobody-on-call-title = Никто не дежурит
notify-nobody-on-call = { $was ->
    [none] По графику сейчас никто не дежурит. Вызываем первого, у кого эта роль.
   *[other] По графику сейчас никто не дежурит, до этого дежурил(а) { $was }. Вызываем первого, у кого эта роль.
}
notify-account-title = Изменён ваш вход в Nabat
notify-account = { $by }: { $what ->
    [password] вам задан пароль
    [codes] изменены ваши одноразовые коды
   *[invitation] создано приглашение, по которому можно задать ваш пароль
} для входа на страницы. Кто его знает, может действовать от вашего имени. Если вы об этом не просили, сообщите руководителю и задайте новый пароль: nabat people passwd { $person }
notify-own-password-title = Это вы вошли в Nabat?
notify-own-password = Под вашим именем вошли, а ваш пароль задал(а) { $by } или он задан по приглашению { $by }. Пока вы не подтвердите, что пароль знаете только вы, ваше согласие рядом со словом { $by } вторым не считается. Ответьте здесь одним нажатием: { $link }
notify-silence-soon-title = Скоро кончится ваша тишина { $name }
notify-silence-soon = Ваша тишина { $name } кончится { $time } ({ $reason }). { $count ->
    [0] Пока она ничего не заглушила.
    [one] Она заглушила { $count } находку.
    [few] Она заглушила { $count } находки.
   *[many] Она заглушила { $count } находок.
} После этого будет вызов, как обычно.
notify-silence-over-title = Ваша тишина { $name } кончилась
notify-silence-over = Ваша тишина { $name } кончилась { $time } ({ $reason }). { $count ->
    [0] Она ничего не заглушила.
    [one] Она заглушила { $count } находку.
    [few] Она заглушила { $count } находки.
   *[many] Она заглушила { $count } находок.
} О том, что продолжается, будет вызов.
notify-button-acknowledge = Принимаю
notify-button-hand-over = Передать
notify-button-accept-role = Беру роль
notify-press-yours = Инцидент { $incident } у вас.
notify-press-taken = Инцидентом { $incident } занимается { $holder }.
notify-press-handed = Инцидентом { $incident } теперь занимается { $holder }, сообщение отправлено.
notify-press-passed = По инциденту { $incident } вызваны следующие.
notify-press-accepted = Роль ваша, инцидент { $incident }.
notify-press-stranger = Nabat вас не знает. Ваш номер в Telegram: { $user }; его впишет в notify.telegram_users тот, кто ведёт настройки.
notify-press-refused = Кнопка ничего не сделала: она использована, устарела или не для вас.
notify-press-overtaken = С этого вызова стало известно больше, или сейчас это сделать нельзя. Ответьте на последний вызов или откройте ссылку в нём.
notify-press-failed = Не получилось. Откройте ссылку в вызове.
