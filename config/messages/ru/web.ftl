# Страницы: то, что руководитель читает в три часа ночи. Никаких данных клиентов.
web-name = Набат
web-skip = К содержанию
web-navigation = Главное
web-nav-now = Сейчас
web-as-of = Состояние на { $time }.
web-zone = Время: { $zone }.
web-choose = – выберите –
web-unknown = неизвестно
web-drill = УЧЕНИЯ

web-span-d = { $count } д
web-span-h = { $count } ч
web-span-min = { $count } мин
web-span-s = { $count } с
web-ago = { $span } назад
web-in = через { $span }
web-overdue-by = просрочено на { $span }
web-size-b = { $size } Б
web-size-kb = { $size } кБ
web-size-mb = { $size } МБ
web-size-gb = { $size } ГБ
web-size-tb = { $size } ТБ

web-severity-low = Низкая
web-severity-medium = Средняя
web-severity-high = Высокая
web-severity-critical = Критическая
web-status-new = новый
web-status-in-progress = в работе
web-status-on-hold = приостановлен
web-status-resolved = решён
web-status-closed = закрыт
web-status-reopened = открыт снова
web-close-handled = отработан
web-close-false-positive = ложное срабатывание
web-close-authorised = было разрешено
web-close-duplicate = повтор
web-actor-human = учётная запись сотрудника
web-actor-service = служебная учётная запись
web-actor-admin = администратор
web-actor-anonymous = без входа в систему
web-actor-unknown = учётная запись неизвестного вида
web-actor-session = сеанс без учётной записи
web-actor-host = неназванная учётная запись на этой машине
web-actor-unnamed = кто-то, кого лог не называет
web-action-read = просмотр
web-action-list = списки
web-action-search = поиск
web-action-export = выгрузка
web-action-download = скачивание
web-action-print = печать
web-action-create = создание
web-action-update = изменение
web-action-delete = удаление
web-action-login = вход
web-action-logout = выход
web-action-other = прочее
web-alert-open = оповещение открыто
web-alert-muted = оповещение приглушено
web-alert-closed = оповещение закрыто
web-muted-silence = тишина по распоряжению
web-muted-inhibition = подавлено другим оповещением
web-muted-exception = исключение
web-message-page = вызов
web-message-info = сообщение
web-message-delivery-failed = кого-то не нашли
web-message-reminder = напоминание
web-message-role-asked = просьба взять роль
web-message-role-ended = роли больше нет
web-message-test = проба
web-message-channel-test = проба раз в неделю
web-message-monthly = готовность за месяц
web-message-status-pending = в пути
web-message-status-sent = доставлено
web-message-status-failed = НЕ доставлено
web-message-status-cancelled = отозвано
web-entry-opened = открыт
web-entry-extended = новые оповещения
web-entry-severity = тяжесть
web-entry-acknowledged = принят
web-entry-step-done = шаг выполнен
web-entry-step-skipped = шаг пропущен
web-entry-step-reopened = шаг открыт снова
web-entry-note = заметка
web-entry-aware = T1
web-entry-status = статус
web-entry-scope = масштаб
web-entry-worse = стало хуже
web-entry-closed = закрыт
web-entry-duty-decided = решение об обязанности
web-entry-duty-receipt = обязанность исполнена
web-entry-duties-confirmed = законы подтверждены
web-entry-duty-reopened = решить заново
web-entry-adopted = конфигурация принята
web-entry-actor = речь о другом
web-entry-followed = продолжается
web-entry-left = нет в команде
web-entry-report-linked = сообщение извне
web-entry-seen = снова видно
web-entry-blind = снова не видно
web-entry-clients-imported = список клиентов загружен
web-entry-import-removed = список клиентов отозван
web-entry-duty-received = запрос или жалоба
web-entry-terms-kept = конфигурация сохранена
web-phase-prepare = Подготовка
web-phase-detect = Обнаружить и подтвердить
web-phase-mobilise = Собрать команду
web-phase-contain = Остановить утечку
web-phase-scope = Выяснить масштаб
web-phase-notify = Уведомить
web-phase-care = Позаботиться о клиентах
web-phase-investigate = Расследовать
web-phase-recover = Восстановить
web-phase-learn = Извлечь уроки
web-phase-close = Закрыть

# Первая страница
web-open-count = { $count ->
    [one] Открыт { $count } инцидент
    [few] Открыто { $count } инцидента
   *[many] Открыто { $count } инцидентов
}
web-or-more = или больше; остальные — в разделе «Все инциденты»
web-none-open = Открытых инцидентов нет
web-watches = { $count ->
    [one] Набат следит за { $count } источником; последняя строка пришла { $ago }.
   *[other] Набат следит за { $count } источниками; последняя строка пришла { $ago }.
}
web-watches-silence = { $count ->
    [one] Набат следит за { $count } источником, но ни одной строки ещё не было: пока их нет, заметить ничего нельзя.
   *[other] Набат следит за { $count } источниками, но ни одной строки ещё не было: пока их нет, заметить ничего нельзя.
}
web-watches-nothing = Набат не следит ни за одним источником и ничего заметить не может. Добавьте источники в конфигурацию.
web-not-ready = Набат сейчас не следит как надо.
web-stuck = Главный цикл в последний раз отозвался { $ago }: показанное здесь могло устареть.
web-not-kept = С { $time } ему некуда записывать состояние, поэтому дальше он не читает и ни о чём новом никому не сообщает. Новое остаётся в логах: не давайте их удалять. Освободите место на диске, где каталог состояния и база данных, или дайте учётной записи службы право писать туда; тогда он сам всё наверстает. Что говорит система: { $why }
web-nobody = НИКТО НЕ ВЗЯЛ
web-nobody-had-it = никто
web-has-it = Взял(а): { $person }
web-has-it-since = с { $time }
web-since = С какого времени
web-whose = Чьи данные
web-clients = { $count ->
    [0] клиенты по номерам неизвестны
    [one] { $count } клиент
    [few] { $count } клиента
   *[many] { $count } клиентов
}
web-records = { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
}
web-records-between = записей: от { $low } до { $high }
web-uncounted = { $count ->
    [one] { $count } выгрузка или список, о которых лог не говорит, сколько в них записей
    [few] { $count } выгрузки или списка, о которых лог не говорит, сколько в них записей
   *[many] { $count } выгрузок или списков, о которых лог не говорит, сколько в них записей
}
web-untouched = Что бы ни запрашивалось: не видно, чтобы этому исполнителю отправили данные клиентов или чтобы он их изменил.
web-untouched-follow = Набат продолжает смотреть до { $time } по времени событий; обращение сделает инцидент инцидентом с данными клиентов.
web-amount-unknown = Пока неизвестно
web-most-overdue = Дольше всего просрочено
web-pressing = Ближайший срок
web-checklist = Чек-лист
web-progress = сделано { $done } из { $total }
web-overdue-count = просрочено: { $count }
web-blind-spots = Слепые пятна
health-all = Слепых пятен не видно. Проверено, каждое в свой срок, и работает:
health-covered = { $sources ->
    [one] { $sources } источник
    [few] { $sources } источника
   *[many] { $sources } источников
}
health-maps = карта записей для { $sources ->
    [one] { $sources } источника
   *[other] { $sources } источников
}
health-each = каждый в свой срок
health-as-far = Слепых пятен не видно. Работает, насколько проверено.
health-nothing-checked = Ничего ещё не проверено: никто не может сказать, работает ли хоть что-нибудь.
health-unchecked-title = Не проверено:
health-unchecked = { $what }: { $why }
health-stale = { $what }: последний раз работало { $ago }
health-not-yet = ещё не проверялось
health-more = и ещё { $count }
health-title = Что проверяется
health-col-what = Что
health-col-seen = Последний раз работало
health-col-allowed = Действительно
health-failing = сейчас не работает
health-none-since-start = с запуска не было
health-loop = главный цикл
health-source = источник { $name }
health-map = подходит ли карта записей источнику { $name }
health-rules = правила
health-model = модель поведения
health-target = адресат { $name }
health-sender = отправка сообщений
health-database = база данных
health-state = каталог состояния
health-journal = журнал обращений
health-no-line = с запуска из него не пришло ни одной строки
health-no-event = строки приходят, но ни одна не даёт события
health-map-too-few = ещё не проверено: { $lines ->
    [0] строк пока не было
    [one] пока { $lines } строка
    [few] пока { $lines } строки
   *[many] пока { $lines } строк
}{ $requests ->
    [0] {""}
   *[other] , из них успешных запросов: { $requests }
}; нужно { $least }
health-map-only-old = ещё не проверено: { $lines ->
    [one] пока { $lines } строка
    [few] пока { $lines } строки
   *[many] пока { $lines } строк
}, но почти все при чтении были старше суток; нужно одно новое обращение к данным клиентов или новых строк: { $least }
health-map-untellable = проверить нельзя: по запросам к таблицам или файлам (их { $requests }) не видно, где данные клиентов; добавьте маршруты (table: или path:) или укажите client_data: false
health-map-texts = проверить нельзя: в строках нет ни адреса запроса, ни таблицы, и не видно, какие из них о клиентах; опишите их так, чтобы это было видно (docs/formats.md), или укажите client_data: false
health-map-fits = давно не проверялось
health-map-fits-nothing = не подходит
health-map-no-requests = запросов нет
health-no-rules = не загружено ни одного правила
health-no-event-judged = не пришло ни одного события для проверки
health-no-window-judged = ещё никого не оценивала
health-never-tried = ни разу не пробовали (nabat notify test)
health-last-try-failed = последнее сообщение не дошло
health-target-failed = Адресат { $name } не принял последнее сообщение.
web-coverage = По карте записей данных клиентов касаются { $share } из { $requests ->
    [one] { $requests } запроса
   *[other] { $requests } запросов
} за сегодня и вчера.
web-coverage-first = По карте записей данных клиентов касаются { $share } из { $requests ->
    [one] { $requests } запроса
   *[other] { $requests } запросов
}, считая первое чтение.
web-unmapped = Чаще всего не указаны ни в одном маршруте
web-map = Карта записей
web-routes-unmatched = { $count ->
    [one] { $count } маршрут ни разу не подошёл
    [few] { $count } маршрута ни разу не подошли
   *[many] { $count } маршрутов ни разу не подошли
}
web-since-when = с { $time }
web-sources = Источники
web-no-sources = Источники не настроены.
web-col-source = Источник
web-col-files = Файлов
web-col-lines = Строк
web-col-rejects = Не разобрано
web-learned-lag = Его строки прочитаны с опозданием до { $span }.
web-judged-apart = Поведение в строках старше двух часов сравнивается только с тем, что приходило с таким же опозданием, а не со всем прошлым учётной записи. Правила проверяют все строки.
web-col-lag = Не прочитано
web-col-last-line = Последняя строка
web-col-last-event = Последнее событие
web-dated-ahead = { $lines ->
    [one] { NUMBER($lines) } строка датирована будущим
    [few] { NUMBER($lines) } строки датированы будущим
   *[other] { NUMBER($lines) } строк датировано будущим
}
web-judges = Обнаружение
web-rules = Правила
web-rules-count = { $count ->
    [0] нет: судит только модель поведения
    [one] действует { $count } правило
    [few] действуют { $count } правила
   *[many] действуют { $count } правил
}
web-rules-unseen = { $count ->
    [one] из них { $count } — о логе, из которого с запуска не пришло ни одного события
    [few] из них { $count } — о логах, из которых с запуска не пришло ни одного события
   *[many] из них { $count } — о логах, из которых с запуска не пришло ни одного события
}
web-rules-waiting = { $count ->
    [one] { $count } правило ждёт событий, которых здесь никто не читает
    [few] { $count } правила ждут событий, которых здесь никто не читает
   *[many] { $count } правил ждут событий, которых здесь никто не читает
}
web-model = Модель поведения
web-started = Работает с
web-closed-lately = Недавно закрыты
web-none-closed = В последнее время ничего не закрывали.
web-col-incident = Инцидент
web-col-severity = Серьёзность
web-col-status = Статус
web-col-opened = Открыт
web-col-closed = Закрыт
web-col-holder = Кто взял
web-col-what = Что
web-col-as = Как
web-all-title = Все инциденты
web-all-none = Здесь инцидентов нет.
web-newer = Новее
web-older = Старее

# Один инцидент
web-hidden = Более старые не показаны: { $count }.
web-show-all = Показать все
web-not-done = Не сделано
web-barred = { $who ->
    [none] В команде это некому сделать.
   *[other] Вам это здесь недоступно; могут: { $who }.
}
web-barred-own = Это ваше собственное: нужно согласие второго человека.
web-barred-address = Вы пришли с адреса из этого дела: войдите с одноразовым кодом или действуйте с другого места.
web-acknowledge = Беру на себя
web-what = Что
web-who = Кто
web-why = Почему мы так думаем
web-service = Система
web-first-event = Первое событие
web-last-event = Последнее событие
web-t0 = Обнаружено (T0)
web-t1 = Подтверждено (T1)
web-t0-data = Известно, что затронуты данные клиентов (T0)
web-t0-worse = Известно, что это именно так (T0)
web-t0-opened = Открыт
web-t1-unset = не задано; сроки идут от T0
web-risk = Риск
web-score = оценка
web-actor = Действующее лицо
web-other-causes = Что ещё это может быть
web-accounts = Учётные записи
web-related = Ещё причастны
web-addresses = Адреса
web-col-class = Вид данных
web-col-clients = Клиентов
web-scope-as-of = подсчитано { $time }
web-scope-hint = Какие именно клиенты: `nabat scope { $number } --out clients.csv`
web-no-reasons = Открыт вручную или прежней версией: причины не сохранены.
web-clocks = Сроки по закону
web-clocks-t0 = T1 ещё не задан, поэтому всё считается от T0.
web-col-due = Срок
web-other-terms = С открытия дела конфигурация изменилась. Оно хранит чек-лист, законы, команду и лестницу, с которыми началось. Что отличается и как принять:
web-own-target = наша цель, а не срок закона
web-no-due = срок в часах не задан или отсчёт не начат
web-clock-stopped = { $why ->
    [done] сделано
    [not_owed] не возникло
   *[closed] остановлено: инцидент закрыт
} { $time }
web-lawyer = Что из этого относится к вам, пусть подтвердит юрист.
web-duty-state-undecided = не решено
web-duty-state-owed = возникла
web-duty-state-not-owed = не возникла
web-duty-state-done = исполнена
web-duty-state-missed = просрочена
web-duty-state-moot = решать нечего
web-duty-to = Кому: { $recipient }
web-duty-verdict-yes = по фактам: возникла
web-duty-verdict-no = по фактам: не возникла
web-duty-verdict-ask = судить должен человек
web-duty-exceptions = Не возникает или может подождать:
web-duty-fine = Утечка такого размера может стоить: { $fine }
web-duty-decided = Решили { $by } и { $approver }: { $reason }
web-duty-receipt = Квитанция { $number }, отправлено { $time }, записал(а) { $by }
web-duty-version = версия уведомления { $version }
web-duty-act = Решить или записать отправленное
web-duty-owed = Обязанность
web-duty-is-owed = возникла
web-duty-is-not-owed = не возникла
web-duty-reason = Почему
web-duty-memo = Что взвешивали (записка)
web-duty-since = Когда пришёл запрос или жалоба ({ $zone }), если срок идёт от этого
web-damaged = Не всё в этом инциденте читается
web-damaged-hint = База данных изменена или повреждена. Ниже то, что прочитать удалось; пока остальное не читается, действовать здесь нельзя. Смотрите nabat verify, верните записанное значение или резервную копию.
web-duty-came = Поступило { $time }{ $what ->
    [none] {""}
   *[other] : { $what }
}
web-duty-what-came = Пришёл запрос или жалоба: от кого, номер
web-duty-came-at = Когда пришёл ({ $zone }); пусто: сейчас
web-duty-received = Записать: срок идёт с этого времени
web-problem-duty-started = Обязанность { $duty } начинается не с запроса или жалобы.
web-problem-duty-known = Обязанность { $duty } уже об этом.
web-problem-duty-merged = Инцидент { $number } — часть другого инцидента: запишите это там.
web-missing-what = Укажите, какой это запрос или жалоба.
web-duty-decide = Сохранить решение
web-duty-number = Номер квитанции или где она хранится
web-duty-sent = Когда отправлено ({ $zone }); пусто: сейчас
web-duty-notice-version = Версия уведомления
web-duty-correct = Почему исправляется прежняя квитанция
web-duty-file = Отправлено: сохранить квитанцию
web-duty-confirm = Подтвердить применимые законы
web-duty-confirm-hint = Сохраняет вычисленное: то, чего требуют факты, становится обязанностью, то, что они исключают, — нет. Что должен оценить человек, остаётся открытым.
web-duty-confirm-note = Заметка
web-duty-confirm-press = Подтвердить
web-duty-of-step = Обязанности этого шага (отметка о шаге не исполняет ни одной):
web-missing-owed = Скажите, возникла ли обязанность.
web-missing-number = Укажите номер квитанции.
web-standing = Постоянные обязанности: что должно быть готово заранее.
web-no-steps = У этого инцидента нет чек-листа.
web-due = Срок:
web-step-act = Отметить: сделано или не нужно
web-proof-wanted = Чем подтверждается:
web-helps = Что делает Набат:
web-proof = Подтверждение или где оно лежит
web-step-done = { $step }: сделано
web-skip-reason = Почему не нужно
web-step-skip = { $step }: не нужно
web-step-done-by = Сделано: { $person }
web-step-skipped-by = Не нужно; так решил(а): { $person }
web-step-reopen-open = Открыть снова
web-reopen-reason = Почему открывается снова
web-step-reopen = Открыть { $step } снова
web-acts = Что ещё можно сделать
web-note = Написать заметку
web-note-text = Заметка
web-note-add = Добавить заметку
web-client-data = Затронуты данные клиентов
web-client-data-hint = Сроки по закону начнутся сейчас, чек-лист пополнится тем, что нужно при утечке, люди будут вызваны снова. Обратного пути нет: если это ошибка, закройте инцидент как ложную тревогу.
web-client-data-reason = Почему затронуты данные клиентов
web-client-data-say = Затронуты данные клиентов
web-close-incident = Закрыть инцидент
web-close-why = Чем закончилось
web-close-note = Что выяснили и сделали
web-close-two = Прежде чем инцидент закроется, с этим должен согласиться ещё один человек.
web-close-press = Закрыть
web-closed-as = Закрыт: «{ $reason }», { $time }.
web-told = Кому сообщили
web-col-person = Кто
web-col-message = Сообщение
web-col-over = Через что
web-col-decided = Решено
web-col-became = Что с ним стало
web-tries = { $count ->
    [one] { $count } попытка
    [few] { $count } попытки
   *[many] { $count } попыток
}
web-told-nobody = Пока никому не сообщили.
web-timeline = Хронология
web-chain-whole = { $count ->
    [one] Цепочка цела: { $count } запись и состояние дела — как записано.
    [few] Цепочка цела: все { $count } записи и состояние дела — как записано.
   *[many] Цепочка цела: все { $count } записей и состояние дела — как записано.
}
web-chain-broken = ДЕЛО ИЗМЕНИЛИ в обход службы: оно не то, что было записано. Полагаться на него нельзя; сохраните базу данных и выполните nabat verify.
web-chain-head = Конец цепочки
web-raw-lines = Строки журналов
web-evidence = Оповещения, находки, доказательства
web-no-alerts = К этому инциденту оповещений нет.
web-rule = Правило
web-storm = Сколько находок за этим стоит
web-events = { $count ->
    [one] { $count } событие
    [few] { $count } события
   *[many] { $count } событий
}
web-col-when = Когда
web-col-file = Файл
web-col-offset = Смещение
web-col-hash = Хэш строки

# Ссылки для принятия вызова
web-then = Сначала сделать
web-link-why = Нажмите кнопку, чтобы вызовы прекратились. Это значит, что вы занимаетесь инцидентом.
web-link-only-look = Только посмотреть
web-link-taken = Вызов уже принят: { $person }, { $time }. Принимать больше нечего.
web-link-closed = Этот инцидент закрыт. Принимать больше нечего.
web-link-bad-title = Эта ссылка ничего не открывает
web-link-bad = Ничего не изменилось. Откройте инцидент из списка и примите вызов там.
web-to-incident = К инциденту
web-to-first = К инцидентам

# Отказы
web-error-title = Не получилось
web-error-400 = Запрос непонятен.
web-error-403 = Это не разрешено.
web-error-404 = Такой страницы нет.
web-error-405 = Так этот адрес не открывается. Откройте его из списка.
web-error-408 = Форма шла слишком долго. Отправьте её ещё раз.
web-error-413 = Слишком много текста. Сократите его; длинное храните отдельно и напишите где.
web-error-415 = Принимаются только формы этих страниц.
web-error-500 = Внутри Набата что-то сломалось; где — сказано в его собственном журнале. Этот запрос ничего не изменил.
web-error-503 = База данных сейчас недоступна, поэтому ничего не изменилось. Попробуйте ещё раз через минуту.
web-error-busy = Слишком много запросов ждут очереди, этот не принят. Ничего не изменилось; попробуйте ещё раз через минуту.
web-error-sent-before = Эта форма уже отправлялась, но ответ потерян: в это время Nabat остановили. Второй раз ничего не сделано: посмотрите, выполнено ли действие, и при необходимости нажмите ещё раз.
web-error-host = Эти страницы отвечают только как localhost и под именем из web.public_url. Откройте их там или задайте web.public_url.
web-error-origin = Форма пришла с другого сайта и отклонена. Ничего не изменилось.
web-error-token = Форма устарела или она не из этого браузера, поэтому ничего не изменилось. Набранное стоит ниже: проверьте его и отправьте ещё раз с этой страницы.
web-error-token-anew = Форма устарела или она не из этого браузера, поэтому ничего не изменилось. Откройте страницу с этой формой заново и отправьте её оттуда.
web-stale-send = Отправить ещё раз
web-stale-sign-in = Войти (в другой вкладке)
web-missing-text = Заметка пуста.
web-missing-reason = Укажите причину.
web-missing-why = Укажите, чем закончился инцидент.
web-missing-note = Напишите, что выяснили и сделали.
web-bad-moment = Дата или время непонятны.
web-problem-no-page = Эта кнопка не относится ни к одному отправленному вызову.
web-problem-link-used = Эта ссылка уже использована.
web-problem-link-tampered = Эту ссылку сделала не эта служба, или она по дороге обрезана.
web-problem-link-expired = Эта ссылка устарела.
web-problem-controller = Клиентов оператора { $controller } инцидент не затронул.
web-problem-two-persons = Для шага { $step } нужны двое: второй должен согласиться.
web-problem-role = Для шага { $step } нужен человек в роли: { $role }.
web-problem-waits = Шаг { $step } ждёт { $other }: сначала отметьте { $other } как сделанный или как ненужный, с причиной.
web-problem-close-waits = Чтобы закрыть инцидент как отработанный, шаг { $other } должен быть сделан или отмечен как ненужный, с причиной.
web-problem-close-duty = Чтобы закрыть инцидент как отработанный, по обязанности { $duty } нужно решение или квитанция.
web-problem-duty-two = Решение об обязанности { $duty } принимают двое: нужно согласие другого человека.
web-problem-laws-two = Какие законы действуют, подтверждают двое: нужно согласие другого человека.
web-problem-adopt-two = То, что требует меньше прежнего, принимают двое: нужно согласие другого человека.
web-problem-adopt-other = Настройки уже не те, на которые согласились: откажитесь и запросите заново.
web-problem-terms-other = Настройки только что изменились: повторите через несколько секунд.
web-problem-missing-note = Напишите заметку.
web-problem-missing-receipt = Напишите номер квитанции.
web-problem-missing-reason = Напишите почему, словами.
web-problem-digest-law = Инцидент { $number } — сводка по старым логам: сроки закона от него не считаются. Откройте его строку как инцидент.
web-problem-no-digest = Инцидент { $number } — не сводка по старым логам: это уже инцидент.
web-problem-row-incident = Строка { $row } — уже инцидент: { $number }.
web-problem-no-row = Нет единственной строки, которая начинается с { $row }.
web-problem-close-checklist = Инцидент { $number } нельзя закрыть как отработанный: его список шагов больше не известен.
web-problem-in-person = За другого этого не делают: это должен сделать { $person }.
web-problem-act-for = { $person } не может действовать за { $other }.
web-problem-duty-done = Обязанность { $duty } исполнена. Исправьте квитанцию с причиной или добавьте заметку.
web-problem-duty-receipt = У обязанности { $duty } уже есть квитанция. Скажите, почему она исправляется.
web-problem-receipt-follows = Обязанность { $duty } дополняет { $first }, а по той квитанции ещё нет: её срок идёт. Если это квитанция первого уведомления, запишите её там; если нет — сначала запишите ту.
web-problem-receipt-occasion = Это не могло быть отправлено раньше запроса или жалобы, { $came }.
web-problem-duty-occasion = Обязанность { $duty } начинается с запроса или жалобы: укажите, когда они пришли.
web-problem-law-none = В инциденте { $number } нет закона { $law }.
web-problem-duty-none = В инциденте { $number } нет обязанности { $duty }.
web-problem-duty-future = Указанный момент ещё не наступил.
web-problem-duty-early = Указанный момент слишком давно до первого события: проверьте год и месяц.
web-problem-receipt-early = Квитанция датирована раньше начала дела ({ $began }). Укажите, когда было отправлено; если люди знали раньше, сначала укажите T1.
web-problem-receipt-before = Квитанция датирована раньше квитанции по { $duty } ({ $sent }), от которой считается этот срок. Укажите, когда было отправлено, или сначала исправьте ту квитанцию, с причиной.
web-problem-step-done = Шаг { $step } сделан. Сначала откройте его снова, с причиной.
web-problem-step-otherwise = Шаг { $step } уже отмечен выполненным ({ $person }), другими словами. Ваши слова не сохранены: добавьте их заметкой или сначала откройте шаг снова, указав причину.
web-problem-step-open = Шаг { $step } и так открыт.
web-problem-closed = Инцидент { $number } закрыт. Откройте его снова, с причиной, или добавьте заметку.
web-problem-resolved = Инцидент { $number } уже считается решённым: согласовывать нечего.
web-problem-no-step = В инциденте { $number } нет шага { $step }.
web-problem-no-incident = Инцидента «{ $ref }» нет. Посмотрите в списке.
web-problem-future = { $fact } лежит в будущем. Укажите момент, когда это было или стало известно.
web-problem-early-report = T0 раньше первого события ({ $first }) больше чем на { $days } дн. Проверьте год и месяц; если сообщение и правда такое давнее, впишите { $day } в причину.
web-problem-early = { $fact } раньше первого события ({ $first }) более чем на { $days } дн. Проверьте год и месяц; укажите, когда об этом инциденте узнали люди.

web-history-rows = Что найдено
web-history-hint = Всё это закончилось более чем за сутки до чтения. Никого не вызывали, сроки не идут. Открытое станет отдельным инцидентом: отсчёт с этой минуты, со своим чек-листом, сроками и вызовами.
web-history-nobody = Всё это уже кончилось: никого не вызывают, и сразу брать это никому не нужно.
web-history-col-who = Кто
web-history-col-when = Когда
web-history-col-events = Событий, не меньше
web-history-open = Открыть инцидент
web-history-opened = Инцидент { $number }
web-history-reason = Почему это отдельный случай
web-history-reading = Первое чтение: { $share } % ({ $read } из { $whole })
web-history-reading-unknown = Первое чтение: объём не известен
web-history-read = Первое чтение: { $lines ->
    [one] { $lines } строка
    [few] { $lines } строки
   *[other] { $lines } строк
}, { $rejects ->
    [0] понята каждая строка
    [one] { $rejects } не понята
    [few] { $rejects } не поняты
   *[other] { $rejects } не понято
}
web-entry-promoted = стало инцидентом
web-missing-row = Укажите строку.

# Запланированная работа.
web-nav-expected = Плановые работы
web-expected-title = Плановые работы
web-expected-hint = Перечисленное здесь записывается и никого не вызывает, пока действует. Запрос делают командой nabat expect, другой человек соглашается здесь.
web-expected-none = Ничего не ожидается: о массовых действиях вызывают.
web-expected-more = Более старые показывает nabat expect list.
web-expected-by = просит { $by }, проверил(а) { $other }
web-expected-asked = просит { $by }; ничего не покрывает, пока не согласится другой
web-expected-review = Согласен
web-expected-end = Закончить сейчас
web-expected-nothing = пока ничего
web-col-expected = От кого и что
web-col-until = С – до
web-col-why = Почему
web-col-covered = Покрыто
web-problem-expected-over = Это исключение уже никого не ждёт.
web-problem-expected-same = { $person } не может это проверить: то, о чём просит { $other }, проверяет кто-то другой.
web-problem-expected-own = { $person } не может решать о своей учётной записи или о деле, которое её касается.
web-problem-expected-none = Такого исключения нет.
web-problem-expected-past = Конец раньше начала или уже прошёл.
web-problem-expected-long = Исключение действует не дольше { $days } дней.
web-problem-expected-not-false = Ожидать можно только то, что закрыто как ложное или разрешённое.
web-problem-expected-nobody = Этот инцидент ни о ком в отдельности; запросите исключение для каждого.
web-missing-until = Укажите, до какого времени.
web-expect-alike = Ожидать такое и дальше
web-expect-alike-hint = Тот же исполнитель сможет делать то же до этого времени, и никого не вызовут; другой человек должен согласиться на странице плановых работ.
web-expect-until = До какого времени, { $zone } (не дольше 31 дня)
web-expect-reason = Почему это ожидается
web-expect-ask = Запросить исключение

# Обратная связь.
web-nav-precision = Точность правил
web-precision-title = Как часто правила были правы
web-precision-hint = По тому, с чем люди закрывали инциденты за последние 365 дней. Точность: доля отработанных среди отработанных и ложных, с интервалом 95 %.
web-precision-lower = Только ложные срабатывания, за 90 дней никто не подтвердил: подумайте о меньшем уровне. Что изменилось бы, покажет nabat rules precision.
web-precision-by-rule = По правилам и граням
web-costs-title = Инциденты за последние 30 дней
web-costs-hint = По тому, с чем их закрыли. Модели поведения позволено ложных инцидентов в месяц: { $asked } (behaviour.false_incidents_a_month). Её пороги ставятся по вашим последним 14 дням, а не по закрытым здесь.
web-costs-by = Открыты
web-costs-opened = Инцидентов
web-costs-unsaid = Ещё не оценено
web-precision-between = { $low }–{ $high } %
web-col-rule = Правило или грань
web-col-confirmed = Отработано
web-col-false = Ложных
web-col-authorised = Разрешено
web-col-precision = Точность

web-signin = Войти
web-signout = Выйти
web-signout-ask = Выйти в этом браузере?
web-signin-paged = Вас вызвали? Откройте ссылку из вызова: вход не нужен.
web-signin-not = Вход не выполнен.
web-signin-tries = После неудачных попыток ({ $tries }) из одного браузера или сети вход оттуда ждёт { $span }, каждый следующий раз вдвое дольше. Попытки из других мест не заставят ждать браузер, в котором вы уже входили.
web-signin-name = Имя
web-signin-password = Пароль
web-signin-code = Код
web-signin-code-hint = шесть цифр из приложения, если вы его настроили; подойдёт и запасной код
web-signin-stays = Вход действует { $longest } или { $idle } без нажатий.
web-signin-lost = Потеряли пароль или код? Администратор пришлёт приглашение.
web-signin-recorded = Входы и каждый показ номеров клиентов записываются.
web-signin-over-token = Вы больше не вошли в систему, поэтому ничего не сделано. Набранное стоит ниже: войдите в другой вкладке и отправьте ещё раз с этой страницы.
web-signin-over-token-anew = Вы больше не вошли в систему, поэтому ничего не сделано. Войдите и отправьте ещё раз с той страницы, где стоит форма.
web-signin-nobody = Войти пока никто не может.
web-signin-first = Задайте первый пароль на машине, где работает Набат, и загрузите страницу снова:
web-signin-no-team = NAME — человек из конфигурации; в team.people пока никого нет.
web-own-title = Этот пароль знаете только вы?
web-own-asks = { $person }, под вашим именем вошли, а ваш пароль задал(а) { $by } или он задан по приглашению { $by }. Нажмите, если это были вы и пароль больше никто не знает. После этого ваше согласие считается вторым рядом со словом { $by }.
web-own-press = Это был(а) я, пароль знаю только я
web-own-not = Если это были не вы или пароль может знать кто-то ещё, нажмите кнопку ниже: пароль перестанет действовать, вход во всех браузерах завершится. Затем выберите свой пароль и сообщите кому-нибудь из команды, кроме { $by }.
web-own-another = Это был(а) не я, или пароль знает кто-то ещё
web-own-done = Теперь пароль ваш собственный: ваше согласие считается вторым.
web-own-on = К страницам
web-problem-rests-on = { $person } входит по паролю, который задал(а) или предложил(а) задать { $other }: рядом со словом { $other } это не второй голос. { $person }: нажать ссылку, присланную при входе (при новом входе придёт новая), или пусть поручится третий: nabat people confirm { $person }.
web-problem-rest-on-one = { $person } и { $second } входят по паролям, которые задал(а) или предложил(а) задать { $other }: это не слова двух человек. Одному из них нужно нажать ссылку, присланную при входе (при новом входе придёт новая), или пусть за кого-то поручится третий: nabat people confirm { $second }.
web-problem-no-word = Согласия второго никто не ждёт: { $subject }. На это уже ответили, или об этом не просили.
web-problem-own-over = На этот вопрос уже ответили, или пароль с тех пор другой. Если нужно, при входе вопрос придёт снова.
web-invite-title = Приглашение
web-invite-hello = Здравствуйте, { $person }
web-invite-choose = Выберите пароль не короче { $count } знаков. Хороший пароль — четыре слова.
web-invite-again = Ещё раз
web-invite-differ = Пароли не совпадают.
web-invite-codes = Внесите этот ключ в приложение с кодами и введите код, который оно показывает:
web-invite-set = Задать пароль и войти
web-invite-demo = Это демонстрация: пароль не нужен.
web-invite-sign-in = Войти как { $person }
web-invite-bad = Это приглашение использовать нельзя
web-invite-case = Допустить к делу
web-invite-case-hint = Человека из группы, которого не допускает ни роль, ни вызов. В хронологии это видно.
web-invite-person = Короткое имя
web-invite-reason = Зачем он нужен
web-invite-press = Допустить
web-missing-person = Укажите, кого.
web-missing-skip = Выберите, почему шаг не нужен.
web-skip-why = Почему не нужен
web-skip-not-concerned = не относится к этому делу
web-skip-not-required = здесь этого никто не требует
web-skip-done-elsewhere = сделано и записано в другом месте
web-skip-impossible = сделать уже нельзя
web-skip-replaced = это делает другой шаг или дело
web-approval-asked = { $act ->
    [skip_step] { $person }: этот шаг не нужен. Требуется согласие второго человека.
   *[other] { $person }: шаг сделан. Требуется согласие второго человека.
}
web-approve = Согласен
web-decline = Не согласен
web-decline-reason = Почему нет
web-two-needed = Шаг засчитается, когда согласится второй человек.
web-entry-approval-asked = запрошено согласие
web-entry-approval-declined = согласие не дано
web-entry-looked = показаны номера клиентов
web-entry-invited = допуск
web-entry-stood-in = замещение
web-problem-no-approval = У шага { $step } согласия второго никто не ждёт.
web-problem-asked-before = { $person } уже просит согласия второго: { $subject }. Согласитесь или откажите, а потом просите заново.
web-problem-asked-anew = Пока страница была открыта, { $person } просит уже о другом: { $subject }. Прочтите новую просьбу, а потом согласитесь или откажите.
web-problem-author-gone = Тому, кто просил о шаге { $step }, это больше нельзя. Откажите, и пусть шаг сделает другой.
web-problem-not-called = Вас не звали в инцидент { $number }. Попросите допуск: { $who }.
web-problem-may-not = { $person }: это вам нельзя. Кому можно: { $who }.
web-problem-address = Вы пришли с адреса { $address }, а он есть в этом деле. Войдите с одноразовым кодом или действуйте из другого места.
web-problem-not-on-team = { $person }: такого человека в группе нет.
web-problem-not-invited = { $person }: допустить нельзя. Можно: { $who }.
web-problem-not-handed = { $person }: передать нельзя. Можно: { $who }.
web-problem-nobody-has = Инцидентом { $number } никто не занимается. Сначала ответьте на вызов.
web-problem-all-called = По инциденту { $number } вызваны уже все остальные. Примите его или позвоните кому-нибудь.
web-problem-nobody-else = Инцидент { $number } больше некому передать. Сначала пригласите кого-нибудь.
web-problem-other-has = Инцидентом { $number } занимается { $person }: передать может только тот, кто им занимается.
web-problem-snooze-over = Это время прошло. Укажите будущее.
web-problem-snooze-far = Слишком надолго: отложить можно не дольше, чем действует ответ.
web-problem-proof-words = Для шага { $step } нужны слова: что найдено или сделано.
web-problem-proof-reference = Для шага { $step } нужно то, по чему это найти: номер заявки или документа, ссылка.
web-problem-proof-receipt = Для шага { $step } нужен номер квитанции.
web-problem-proof-time = Для шага { $step } нужно время, например 09:14.
web-problem-proof-hash = Для шага { $step } нужен SHA-256: 64 шестнадцатеричные цифры.
web-signin-provider = Войти через { $provider }
web-problem-provider-word = Слова провайдера входа о том, кто вы, не подтвердились: войдите ещё раз. Причина — в журнале службы.
web-problem-provider-busy = Через провайдера сейчас входят другие, и он отвечает медленно: попробуйте через несколько секунд.
web-problem-provider-unreached = Провайдер входа недоступен или не тот, что указан в настройках. Войдите по паролю; причина — в журнале службы.
web-problem-provider-none = Входа через провайдера здесь нет: войдите по паролю.
web-problem-provider-groups = Ни одной из ваших групп у провайдера не разрешён вход.
web-problem-provider-factor = Провайдер не спросил у вас второй фактор, а здесь он обязателен.
web-problem-provider-not = Провайдер не подтвердил вход: попробуйте ещё раз или войдите по паролю.
web-problem-provider-elsewhere = Этот вход начат в другом браузере или более десяти минут назад: начните заново.
web-problem-sign-in = Имя, пароль или код не подошли, или этому имени надо подождать.
web-problem-codes = Здесь нужны одноразовые коды, а у вас они не настроены. Попросите приглашение или выполните nabat people totp.
web-problem-code = Код не от этого ключа. Введите тот, что приложение показывает сейчас.
web-problem-invitation = Оно использовано, устарело или сделано не здесь. Попросите новое.
web-problem-password-short = В пароле меньше { $count } знаков.
web-problem-password-same = В пароле меньше { $count } разных знаков.
web-problem-password-long = В пароле больше { $count } знаков.
web-problem-password-common = Пароль — почти одно только имя или расхожее слово.
web-close-asked = { $person }: закрыть инцидент как «{ $reason }». Требуется согласие второго человека.
web-hold-asked = { $person }: отложить инцидент, срок — { $time }; до этого о нём никого не вызовут снова, если не станет хуже. Требуется согласие второго человека.
web-letters-asked = { $person } о { NUMBER($count) } { $count ->
    [one] клиенте, письмо которому ещё может уйти
   *[other] клиентах, письма которым ещё могут уйти
}: { $how }. Пока второй человек не согласен, письма уходят.
web-merge-asked = { $person }: пусть инцидент { $one } продолжится как { $other }. Те, о ком один из них, не увидят больше и второй, поэтому требуется согласие второго человека.
web-resolve-asked = { $person }: считать инцидент решённым — о нём больше никого не вызывают. Требуется согласие второго человека.
web-receipt-asked = { $person }: исправление подтверждения по { $duty }: { $number }, отправлено { $at }. С ним просроченное станет своевременным или срок сдвинется, поэтому требуется согласие второго человека; до того действует прежнее.
web-duty-asked = { $person }: обязанность { $duty } { $owed ->
    [yes] возникла
   *[no] не возникла
}. Требуется согласие второго человека.
web-word-asked = { $person }: { $subject }. Требуется согласие второго человека.
web-owed-title = { $count ->
    [one] Ждёт { $count } дело
    [few] Ждут { $count } дела
   *[many] Ждут { $count } дел
}
web-given-back = Введённое не записано; скопируйте отсюда, что ещё нужно
web-owed-first = Учтены инциденты, где срок ближе всего ({ $count }); по всем: nabat agenda
web-owed-more = { $count ->
    [one] и ещё { $count }: nabat agenda
    [few] и ещё { $count }: nabat agenda
   *[many] и ещё { $count }: nabat agenda
}
web-owed-digest = в утренней сводке
web-owed-answer = нужен шаг или заметка, иначе ответ ({ $what }) перестанет считаться
web-owed-step = { $what } { $title }
web-owed-duty = { $title }
web-owed-approval = { $what }: нужно согласие другого человека, просит { $who }
web-owed-report = посмотреть: { $title } ({ $what })
web-owed-role = роль «{ $title }»: { $who } ещё не даёт согласия
web-owed-question = вопросов клиентов без ответа: { $title }
web-owed-hold = пора посмотреть: пауза кончается
web-owed-briefing = следующая сводка: сохранённая, заметка или факт
web-owed-follow-up = { $what } дней после закрытия: { $title }
web-col-owner = Чьё
web-called-again = Что изменилось с последнего ответа:
web-hands = Взять себе, передать, отложить
web-takeover = Теперь этим занимаюсь я
web-roles = Роли в этом деле
web-role-state-held = согласие
web-role-state-waits = согласия ещё нет; просит { $by }
web-role-ask = Попросить взять роль
web-role-ask-hint = Человек получит сообщение и сразу увидит дело. Роль его, когда он согласится; у того, кого просили раньше, её больше нет.
web-role-which = Роль
web-role-who = Кто
web-role-reason = Почему
web-role-ask-press = Попросить
web-role-accept = Взять роль: { $role }
web-role-decline = Отказаться или вернуть: { $role }
web-role-decline-why = Почему нет
web-role-decline-press = Отказаться
web-role-withdraw = Забрать роль: { $role }, { $person }
web-role-withdraw-why = Почему
web-role-withdraw-press = Забрать
web-role-link-title = Возьмёте роль «{ $role }»?
web-role-link-asks = Просит { $by } { $time }.
web-role-link-what = Когда вы согласитесь, шаги и обязанности этой роли в этом деле в первую очередь ваши.
web-role-link-held = Роль ваша: { $role }.
web-role-link-over = Об этой роли вас больше не просят. Отвечать не на что.
web-role-link-press = Беру роль
web-missing-role = Выберите роль.
web-problem-not-asked = { $person }: попросить взять роль здесь нельзя. Можно: { $who }.
web-problem-role-own = Роль не берут сами себе: пусть попросит руководитель или заместитель.
web-problem-role-held = { $person }: эта роль принята, попросить о ней другого может только руководитель или заместитель.
web-problem-role-lead = { $person }: попросить об этой роли может только руководитель или заместитель: она руководит или видит клиентов.
web-problem-role-word = { $person }: голос здесь есть лишь по просьбе ({ $other }), вторым он не считается: пусть подтвердит другой.
web-problem-role-none = { $person }: об этой роли не просили, или с тех пор попросили другого.
web-problem-role-taken = { $person }: эта роль принята, забрать её может только руководитель или заместитель.
web-problem-role-asker = Об этой роли просит { $person }: забрать просьбу может только этот человек, руководитель или заместитель.
web-problem-role-nobody = Об этой роли никого не просили, либо от неё отказались или её уже забрали.
web-problem-role-again = { $person }: об этой роли просили меньше { $minutes } мин назад. Позвоните или попросите позже.
web-problem-role-often = { $person }: просьб о ролях в этом деле за час уже { $count }. Позвоните, или пусть попросит кто-то другой.
web-entry-role-asked = просьба взять роль
web-entry-role-accepted = роль принята
web-entry-role-declined = отказ от роли
web-entry-role-withdrawn = роль забрана
web-handover = Передать
web-handover-to = Кому
web-missing-to = Укажите, кому.
web-snooze = Отложить
web-snooze-hint = До этого времени инцидент ни за кем не числится и никого не вызывают. Потом команду вызовут снова, а если станет хуже, то сразу.
web-snooze-until = До какого времени ({ $zone })
web-snooze-reason = Почему это может подождать
web-on-hold-until = Приостановлен до { $time }. Потом команду вызовут снова.
web-stands = Состояние дела
web-stands-hint = Пока дело приостановлено, ответ не перестаёт считаться; в конце команду вызовут снова, не позже чем через 31 день. «Решён» прекращает вызовы, и начинается то, что считается от закрытия.
web-stands-to = Состояние
web-stands-until = Приостановлен до ({ $zone })
web-stands-reason = Почему
web-stands-press = Изменить состояние
web-missing-subject = Укажите, о какой просьбе речь.
web-missing-stands = Укажите состояние.
web-open-again = Открыть этот инцидент снова
web-open-again-hint = Команду вызовут сразу, сроки законов идут, как шли, а сделанное самим закрытием отменяется.
web-open-again-reason = Почему он открывается снова
web-open-again-press = Открыть снова
web-problem-hold-end = Нужно указать, до какого времени дело приостановлено.
web-problem-hold-far = Слишком надолго: приостановить можно не дольше чем на { $days } дн.
web-problem-hold-only = Срок указывают только для приостановленного дела.
web-problem-no-hold = Отсюда в это состояние перейти нельзя.
web-problem-is-open = Инцидент { $number } открыт.
web-merge = Присоединить к другому инциденту
web-merge-hint = Если это одно дело: этот инцидент кончается и указывает на другой, а тот продолжается с оповещениями, клиентами и фактами обоих и самыми ранними сроками. Это можно отменить.
web-merge-into = Номер или кодовое имя другого
web-merge-reason = Почему это одно дело
web-merge-press = Присоединить
web-missing-into = Назовите другой инцидент.
web-unmerge = Снова сделать отдельным делом
web-unmerge-hint = Оповещения вернутся, команду вызовут, сроки обоих пойдут, как шли.
web-unmerge-reason = Почему это два дела
web-unmerge-press = Разделить
web-goes-on-in = Он продолжается в другом инциденте.
web-related-cases = Другие инциденты, которые могут быть этим же делом
web-related-cases-hint = По исполнителю, адресу и клиентам, за 90 дней до и после. Что одно дело, присоедините.
web-entry-merged = присоединён
web-entry-unmerged = разделены
web-problem-merge-closed = Инцидент { $number } закрыт. Сначала откройте его снова.
web-problem-merge-same = Это тот же инцидент. Назовите другой.
web-problem-merge-apart = Инцидент { $number } — сам по себе: сводки, лавины, учения и слепые пятна не присоединяют.
web-problem-merged = Инцидент { $number } продолжается в другом. Вместо этого разделите их.
web-problem-not-merged = Инцидент { $number } присоединил не человек.
web-open-case = Открыть инцидент вручную
web-open-case-hint = Для того, о чём не говорит ни одна строка лога: звонок партнёра, потерянный ноутбук. Команду вызовут, а если перечень шагов касается данных клиентов, сроки законов пойдут с этого момента. Чьи это были данные, считается по журналу доступа: по названным учётным записям и адресам за названное время.
web-open-case-title = О чём речь, в нескольких словах. Без имён клиентов: это уйдёт на телефоны
web-open-case-playbook = Перечень шагов
web-open-case-actors = Учётные записи, если известны, через пробел
web-open-case-addresses = Адреса, откуда это шло, если известны, через пробел
web-open-case-since = С какого времени ({ $zone })
web-open-case-until = До какого времени ({ $zone }); пусто — до сих пор
web-open-case-reason = Кто что сообщил и когда
web-open-case-press = Открыть и вызвать команду
web-nobody-named = никто не назван
web-missing-severity = Выберите тяжесть.
web-problem-case-title = Скажите в нескольких словах, о чём речь.
web-problem-case-long = В названии больше { $count } знаков. Остальное — в причину.
web-problem-case-reason = Напишите, кто что сообщил и когда.
web-problem-case-playbook = Выберите перечень шагов.
web-problem-case-address = { $text } — не адрес. Напишите, например, 192.0.2.7.
web-problem-case-actor = { $text } — не учётная запись. Напишите так, как в логах.
web-problem-case-many = { $text } означает многих. Назовите каждую.
web-problem-case-future = Это время ещё не наступило. Оставьте пустым: считается до сих пор.
web-problem-case-order = Первое время позже второго.
web-problem-case-own = { $person }: об инциденте со своей учётной записью сообщает другой. Пусть его откроет кто-то ещё из группы.
web-problem-case-unheard = Инцидент о ком-то из группы сразу отнимает у него права, а при этой тяжести о нём никого не вызовут. Выберите тяжесть выше.
web-problem-merge-each = Каждый из двух — о ком-то, кто видит другой. Оставьте их порознь: каждый остаётся у тех, кому его можно видеть.
web-problem-merge-two = Тяжёлое дело скроется от тех, кто его видит: нужно согласие второго человека.
web-problem-case-everybody = Решать об этом инциденте мог бы только один человек ({ $person }): он был бы обо всех остальных из группы. Откройте по инциденту на каждого, чтобы их видели другие.
web-entry-unacknowledged = вызов повторён
web-entry-reopened = снова открыт
web-entry-taken-over = взят другим
web-entry-handed-over = передан
web-entry-passed-on = передан дальше
web-entry-snoozed = отложен

# Что утверждается о деле.
web-facts = Факты
web-facts-hint = Здесь ничего не переписывается: исправление — это новое утверждение. Действует то, что выделено; сроки и обязанности считаются от него.
web-col-fact = Что
web-col-value = Значение
web-col-author = Чьё слово
web-entry-fact = факт
web-fact-t0 = T0: известно с
web-fact-t1 = T1: знаем с
web-fact-flow-stopped = Утечка остановлена с
web-fact-cause = Причина
web-fact-persons = Затронуто людей
web-fact-severity = Тяжесть
web-cause-attack = атака
web-cause-failure = технический сбой
web-cause-human-error = ошибка человека
web-cause-insider = инсайдер
web-cause-unknown = неизвестна
web-fact-withdrawn = отозвано
web-fact-about = около { $number }
web-fact-at-least = не меньше { $number }
web-fact-not-counting = не действует
web-fact-approved = согласие: { $person }
web-fact-computed-t0 = обнаружение
web-fact-computed-t1 = задано до того, как факты стали храниться: см. хронологию
web-fact-computed-cause = никто не назвал
web-fact-computed-persons = посчитано по журналам
web-fact-computed-severity = вычислено по находкам и масштабу
web-fact-state = Назвать или исправить: { $fact }
web-fact-hint-t0 = Кто-то снаружи сообщил раньше, чем показали журналы: клиент, партнёр, регулятор. Укажите, когда сообщение получено, кто сообщил и что сказал. Всё, что идёт от T0, пойдёт от этого момента.
web-fact-hint-t1 = Момент, с которого мы знаем, что затронуты данные клиентов. От него идут сроки законов, которые считаются от осведомлённости. Поздний T1 и T1 позже прежнего ждёт второго человека, если срок обязанности отодвинется.
web-fact-hint-flow-stopped = Момент, с которого данные клиентов больше не уходят. Записывается сам, когда выполнен шаг, который останавливает утечку, и отзывается, если это оказалось не так.
web-fact-hint-cause = Что было причиной, насколько известно. Можно исправить.
web-fact-hint-persons = Сколько людей затронуто по тому, что известно помимо журналов: число, ~1200 — если это оценка. Стоит рядом с тем, что посчитано по масштабу; обязанности считаются по большему.
web-fact-hint-severity = Если тяжесть повышена, того, кто принял вызов, вызывают снова. Если понижена — нужно согласие второго человека; действует, пока не станет известно больше.
web-fact-people = Сколько людей
web-fact-at = Когда, { $zone }; пусто — сейчас
web-fact-received = Когда получено, { $zone }
web-fact-withdraw = Сказанное раньше неверно, и на его месте ничего нет
web-fact-source = От кого или откуда это известно
web-fact-source-t0 = Кто сообщил
web-fact-source-persons = Откуда это число
web-fact-reason = Почему; что было сказано
web-fact-press = Записать
web-fact-asked = { $person } просит исправить «{ $fact }», новое значение: { $value }. Потребуется меньше или позже{ $duties ->
    [none] {""}
   *[other] {" "}({ $duties })
}. Нужно согласие второго человека; до тех пор действует прежнее.
web-missing-fact = Укажите, о чём факт.
web-t0-reported = Сообщили снаружи (T0)
web-problem-fact-two = Так потребуется меньше или позже ({ $less }): другой человек должен согласиться.
web-problem-fact-severity = Для более низкой тяжести нужны двое: второй должен согласиться.
web-problem-fact-t0 = Сообщение снаружи сдвигает T0, только если пришло раньше обнаружения ({ $shown }).
web-problem-fact-flow = После этого момента к данным клиентов ещё обращались ({ $last }). Укажите более поздний.
web-problem-fact-source = Укажите, кто сообщил или откуда это число.
web-problem-fact-source-long = Источник длиннее { $count } знаков. Назовите его коротко; что было сказано, пишите в причину.
web-problem-fact-value = { $kind ->
    [persons] Укажите число людей, ~1200 — если это оценка.
    [cause] Выберите причину.
    [severity] Выберите тяжесть.
   *[other] Дата или время не распознаны.
}
# Кто дежурит и кто в команде.
web-nav-people = Люди
web-people-title = Люди
web-people-team = Команда
web-on-call-now = Сейчас дежурит { $person }.
web-on-call-deputy = Заместитель: { $person }.
web-on-call-nobody = По графику сейчас никто не дежурит: вызываем первого, у кого эта роль.
web-on-call-no-rota = Графика дежурств (notify.rota) нет: вызываем только по ролям.
web-on-call-coming = Ближайшие недели
web-on-call-hole = никто
web-on-call-more = Дальше: `nabat oncall`.
web-on-call-passed = { $person }: нет на месте
web-on-call-by-override = замена
web-on-call-by-calendar = по календарю
web-on-call-by-turn = по очереди
web-on-call-by-nothing = никто не назван
web-away-until = нет на месте до { $time }
web-col-on-call = Дежурит
web-col-deputy = Заместитель
web-col-roles = Роли
web-col-there = На месте

# Тишина и подавление по распоряжению людей.
web-nav-silences = Тишина
web-silences-title = Тишина по распоряжению
web-silences-hint = То, что здесь перечислено, записывается и показывается, но инцидентов не открывает и никого не вызывает, пока распоряжение в силе. О критическом, что касается клиентов, о слепых пятнах и об исполнителях сверх пяти вызов будет, пока не согласится второй человек; распоряжение о целой тяжести до того не действует. Подставные клиенты не глушатся никогда, а то, что относится к открытому инциденту, продолжается в нём.
web-silences-none = Ничего не заглушено.
web-silences-more = Более старые показывает nabat silences list.
web-col-silence = Что заглушено
web-silence-while = пока открыто:
web-silence-state-planned = будет
web-silence-state-running = действует
web-silence-state-not-in-force = не действует
web-silence-state-ended = кончилась
web-silence-by-one = распоряжение одного человека ({ $by }): о том, на что нужны двое, вызов будет
web-silence-by-two = распорядился(ась) { $by }, согласие: { $other }
web-silence-ended-by = Прекратил(а) { $by }.
web-silence-confirm = Согласиться
web-silence-end = Прекратить
web-silence-new = Новое распоряжение
web-silence-matchers = Что заглушить: метка=значение, все вместе (actor, actor_type, matter, rule, severity, service, playbook)
web-silence-source = Только пока открыто оповещение (пусто: всегда)
web-silence-until = До какого времени (не дольше 31 дня)
web-silence-reason = Почему
web-silence-make = Заглушить
web-problem-silence-past = Конец не позже начала, или уже прошёл.
web-problem-silence-long = Тишина длится не дольше { $days } дней.
web-problem-silence-words = Длиннее { $count } знаков.
web-problem-silence-many = Меток больше { $count }: сделайте распоряжение для каждого случая.
web-problem-silence-text = { $text }: метка не названа, пишите метка=значение или метка!=значение.
web-problem-silence-label = Метки { $text } нет; есть { $labels }.
web-problem-silence-wide = Это касалось бы почти всего: назовите actor, matter, rule, service или playbook.
web-problem-silence-actor = { $text } ничему не соответствует и ничего не заглушит. Учётная запись пишется так: { $account }; прочие исполнители начинаются с session:, ip:, host: или unnamed:.
web-problem-silence-address = { $text } ничему не соответствует: этот адрес считается как { $address }. Напишите так.
web-problem-silence-no-address = { $text } ничему не соответствует: это не адрес. Назовите один или начало нескольких: ip:192.0.2.*
web-problem-silence-value = { $text } ничему не соответствует и ничего не заглушит. { $label } принимает значения: { $values }.
web-problem-silence-unknown = { $text } ничему не соответствует и ничего не заглушит: у { $label } нет такого значения.
web-problem-silence-unknown-near = { $text } ничему не соответствует и ничего не заглушит: у { $label } нет такого значения. Может быть, { $near }?
web-problem-silence-own = { $person } не может заглушить то, что касается собственной учётной записи.
web-problem-silence-same = { $person } не второй человек для того, о чём распорядился(ась) { $other }: согласиться должен кто-то другой.
web-problem-silence-over = Эта тишина кончилась, или кто-то уже согласился.
web-problem-silence-none = Такого распоряжения нет.
web-owed-silence = кончается тишина { $what }: { $title }

# Рамка каждой страницы
web-nav-incidents = Инциденты
web-nav-sources = Источники
web-live = Обновляется
web-stale = Нет ответа { $s } с: могло устареть
web-as-of-short = На { $time }
web-reload = Обновить
web-account-menu = меню
web-agenda = Что должны
web-strip = { $name }: им никто не занят, { $span }
web-strip-take = Могу взять
web-keys = Клавиши
web-key-now = сейчас
web-key-incidents = инциденты
web-key-rows = дальше, назад
web-key-take = к «Беру на себя»
web-key-next = к следующему делу
web-key-undo = к отмене
web-key-tabs = вкладки инцидента
web-key-list = этот список
web-keys-off = Выключить клавиши
web-so-many-of = { $count } из { $total }
web-for-span = { $span }
web-you-have-it = Занимаетесь вы

# Сейчас
web-open-nobody = { $count ->
    [one] , { $count } ничей
    [few] , { $count } ничьи
   *[other] , { $count } ничьих
}
web-you-owe = За вами
web-you-owe-nothing = Сейчас за вами ничего нет.
web-nobody-reached = никого не найти
web-reminds = напомнит { $time }
web-rota = График
web-on-call-until = первый, до { $time }
web-next-by-law = Сроки закона
web-can-see = Всё ли видит Набат?
web-can-see-more = Источники и слепые пятна
web-col-day = 24 часа
web-strip-said = { $source }, 24 часа: { $lines ->
    [0] ни одной строки
    [one] { $lines } строка, больше всего с { $time }: { $most }
    [few] { $lines } строки, больше всего с { $time }: { $most }
   *[other] { $lines } строк, больше всего с { $time }: { $most }
}
web-strip-read = строки по часам
web-strip-silent = ни одной строки
web-strip-off = без наблюдения
web-sources-seen = каждый в свой срок
web-unread = не прочитано { $size }
web-rules-figure = { $count ->
    [one] { $count } правило
    [few] { $count } правила
   *[other] { $count } правил
}
web-targets = Каналы к людям
web-targets-failed = не работает: { $count }
web-targets-untried = не все проверены
web-targets-none = нет
web-targets-work = работают
web-targets-under = по последнему сообщению
web-spots-answer = { $count ->
    [one] { $count } вещь не видна или не работает.
    [few] { $count } вещи не видны или не работают.
   *[other] { $count } вещей не видны или не работают.
}
web-spots-hint = о каждом сообщено владельцу
web-all-sources = Все источники
web-untouched-short = данных клиентов не видно

# Обзор инцидента
web-incident-tabs = Инцидент { $name }
web-tab-overview = Обзор
web-tab-steps = Шаги
web-tab-clients = Чьи данные
web-tab-duties = Обязанности
web-tab-actor = Кто это
web-tab-timeline = Хронология
web-tab-evidence = Доказательства
web-tab-people = Люди
web-tab-documents = Документы
web-tab-letters = Письма
web-tab-lessons = Выводы
web-brief-what = { $reason ->
    [none] { $title }, с { $since }.
   *[other] { $title }, с { $since }. { $reason }.
}
web-brief-class = { $name } { NUMBER($count) }
web-brief-clients = { $count ->
    [one] Затронут { NUMBER($count) } клиент
    [few] Затронуто { NUMBER($count) } клиента
   *[other] Затронуто { NUMBER($count) } клиентов
}{ $classes ->
    [none] {""}
   *[other] {": "}{ $classes }
}{ $more ->
    [0] {""}
   *[other] {" "}и другое
}.
web-brief-uncounted = Затронуты данные клиентов; скольких — не известно.
web-brief-untouched = Обращений к данным клиентов не видно.
web-brief-stopped = Утечка остановлена { $time }; с тех пор ничего не видно.
web-brief-again = Продолжается, хотя сказано, что остановлено: последнее обращение { $ago }.
web-brief-going = Идёт сейчас: последнее обращение { $ago }.
web-brief-quiet = Последнее обращение { $ago }; что утечка остановлена, никто не сказал.
web-brief-unseen = В логах этого не видно, и никто не сказал, что утечка остановлена.
web-brief-missed = { $count ->
    [one] Прошёл { $count } срок закона.
    [few] Прошли { $count } срока закона.
   *[other] Прошли { $count } сроков закона.
}
web-brief-due = { $missed ->
    [0] Первый срок закона { $left } ({ $time }): { $duty }.
   *[other] Следующий { $left } ({ $time }): { $duty }.
}
web-brief-nobody = Им никто не занят.
web-brief-overdue = { $count ->
    [one] Просрочен { $count } шаг.
    [few] Просрочены { $count } шага.
   *[other] Просрочено { $count } шагов.
}
web-brief-asked = { $count ->
    [one] { $count } решение ждёт второго человека.
    [few] { $count } решения ждут второго человека.
   *[other] { $count } решений ждут второго человека.
}
web-drill-nothing = Ничего не случилось; сроки закона не идут.
web-note-short = Заметка
web-done-by-you = отмечено вами, { $time }.
web-undo = Отменить
web-undo-hint = добавит запись, ничего не сотрёт
web-undo-reason = отмечено по ошибке
web-tile-flow = Утечка
web-flow-untouched = Не видно
web-flow-stopped = Остановлена
web-flow-again = Идёт
web-flow-going = Идёт
web-flow-quiet = Не остановлена
web-flow-untouched-under = ни одного ответа с данными клиентов
web-flow-stopped-under = { $time }, тихо { $span }
web-flow-again-under = обращение { $time }, после «остановлено»
web-flow-going-under = обращение { $time }
web-flow-quiet-under = обращение { $time }, тихо { $span }
web-flow-unseen = Не остановлена
web-flow-unseen-under = в логах не видно
web-flow-closed = Дело закрыто
web-flow-closed-under = последнее обращение { $time }, по данным на момент закрытия
web-steps-left = { $count ->
    [0] все выполнены или пропущены
    [one] { $count } остался открытым при закрытии
    [few] { $count } остались открытыми при закрытии
   *[other] { $count } остались открытыми при закрытии
}
web-tile-law = Ближайший срок закона
web-overdue = просрочено
web-no-clock = Не идёт
web-no-clock-closed = инцидент закрыт
web-no-clock-duties = нет открытого со сроком
web-no-clock-laws = законы не заданы
web-no-clock-data = данных клиентов не видно
web-none-overdue = просроченных нет
web-nobodys = Ничьи
web-uncounted-short = { $count ->
    [one] и ещё { $count }, что лог не считает
   *[other] и ещё { $count }, что лог не считает
}
web-do-next = Что делать
web-nothing-next = Шагов со сроком нет.
web-next-word = { $person } просит второе слово: { $subject }
web-next-word-own = Ждёт слова второго человека: { $subject }
web-next-look = Посмотреть и решить
web-more-clients = Версии, списки, пределы
web-more-actor = Сравнение с другими днями
web-more-timeline = Вся хронология
web-more-people = Сообщения и допуск
web-more-evidence = Факты, срабатывания, находки
web-all-of-them = Все: { $count }
web-explained = Чем объясняются обращения
web-apart = Отдельно
web-then-watched = Наблюдение
web-share = Доля
web-versions-lists = Версии и загруженные списки
web-chain-short = { $count ->
    [one] цела, { $count } запись
    [few] цела, { $count } записи
   *[other] цела, { $count } записей
}
web-chain-altered = ИЗМЕНЕНА
web-unreached = { $count ->
    [one] { $count } не оповещён
   *[other] { $count } не оповещены
}
web-evidence-facts = Доказательства и факты
web-told-count = { $count ->
    [0] пока никого
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[other] { $count } сообщений
}
web-reached-has-it = занимается с
web-reached-sent = доставлено
web-reached-pending = в пути с
web-reached-failed = НЕ оповещён
web-kept-out = Владельцы учётных записей инцидента к нему не допущены.
web-documents-filed = Сохранённые
web-records-word = Записей
web-link-you = Вы — { $person }.
web-link-paged = Кому сообщено
web-link-yours = Ссылка только ваша и не называет клиентов.

# Картина обзора
web-chart-title = Обращения к данным клиентов, по часам
web-chart-said = Обращения к данным клиентов по часам. Больше всего { NUMBER($most) }, { $day } с { $hour }:00; в часы инцидента { NUMBER($inside) }.
web-chart-inside = в часы инцидента
web-chart-usual = прочая работа тех же учётных записей
web-chart-first = первое событие
web-chart-taken = «Беру на себя»
web-chart-stopped = остановлено
web-chart-t1 = T1
web-chart-hour = С
web-as-table = Таблицей
web-routes-which = Какие
web-chart-show = Показать картину
web-subject-receipt = исправление подтверждения: { $title }
web-subject-import = отзыв списка клиентов
web-subject-laws = какие законы действуют
web-subject-terms = принятие настроек
web-subject-close = закрытие инцидента
web-subject-reopen = повторное открытие
web-subject-resolve = признание решённым
web-subject-merge = объединение инцидентов
web-subject-hold = ожидание
web-subject-letters = как узнали клиенты, письма которым ещё могут уйти
web-link-pass = Не могу: зовите дальше
web-link-passed = Следующие уже вызваны. Взять на себя всё ещё можно.
web-typed-reason = Причина
web-typed-text = Текст
web-typed-title = Название
web-typed-value = Значение
web-typed-matchers = Что заглушить
web-typed-while = Пока
web-typed-until = До
web-typed-since = С
web-typed-at = Когда
web-typed-body = Текст
web-typed-person = Кто
web-typed-to = Кому
web-typed-role = Роль
web-typed-number = Номер
web-typed-proof = Подтверждение
web-typed-note = Заметка
web-typed-playbook = Список шагов
web-typed-severity = Тяжесть
web-typed-kind = Вид
web-typed-language = Язык
web-typed-why = Почему
web-typed-fact = Факт
web-typed-subject = О чём
web-typed-into = Куда
web-typed-owner = Ответственный
web-typed-amount = Сумма
web-typed-incident = Инцидент
web-typed-due = Срок
web-typed-duty = Обязанность
