# Слова `nabat incidents show` и `nabat scope`. Подписи стоят отдельным столбцом.
cli-label-kind = вид
cli-label-opened = открыт
cli-label-worse = стал тяжелее
cli-label-events = события
cli-label-actor = кто
cli-label-accounts = учётные записи
cli-label-addresses = адреса
cli-label-clients = клиенты
cli-label-explained = объяснимо
cli-label-classes = виды данных
cli-label-actions = действия
cli-label-version = масштаб
cli-label-list = список
cli-label-usual = обычное
cli-label-role = роль
cli-label-waits = ждёт
cli-label-holder = у кого
cli-label-stated = утверждено
cli-label-because = почему
cli-label-other = может быть и
cli-label-law = закон
cli-label-told = сообщено
cli-label-enisa = ENISA
cli-label-document = документ
cli-label-lines = строки
cli-label-coverage = полнота
cli-label-related = связан с
cli-role-held = { $role }: { $person } · согласие { $time }
cli-role-waits = { $role }: { $person } · просит { $by } { $time }, согласия ещё нет

cli-worse = { $time }: сроки считаются отсюда
cli-nobody = ни у кого
cli-nobody-has-to = брать некому и незачем: всё уже позади
cli-over = { $person } через { $target }
cli-became = стало { $number }
cli-row = { NUMBER($clients, useGrouping: 0) } { $clients ->
    [one] клиент
    [few] клиента
   *[many] клиентов
}, не меньше { NUMBER($events, useGrouping: 0) } { $events ->
    [one] события
   *[many] событий
}
cli-events-part = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] событие
    [few] события
   *[many] событий
}
cli-touched = { $clients ->
    [0] ни один клиент не назван по id
    [one] { NUMBER($clients, useGrouping: 0) } клиент
    [few] { NUMBER($clients, useGrouping: 0) } клиента
   *[many] { NUMBER($clients, useGrouping: 0) } клиентов
}, { cli-events-part }
cli-untouched = данных клиентов, которые были бы отданы или изменены, не видно
cli-records = записей названо в логах { NUMBER($low, useGrouping: 0) }, не больше { NUMBER($high, useGrouping: 0) }
cli-uncounted = { NUMBER($count, useGrouping: 0) } { $count ->
    [one] выгрузка или список, о которых
    [few] выгрузки или списка, о которых
   *[many] выгрузок или списков, о которых
} лог не говорит, сколько в них записей
cli-records-unknown = сколько записей, лог не говорит

# Запланированная работа (`nabat expect`).
expected-state-asked = на проверке
expected-state-planned = впереди
expected-state-running = действует
expected-state-ended = закончилось
expected-state-not-in-force = не действует
expected-why-maker_in_case = ничего не покрывает: открытое дело касается того, кто просил или проверил; пусть попросят другие
expected-why-own_account = ничего не покрывает: касается учётной записи того, кто просил или проверил; пусть попросят другие
expected-state-lapsed = не состоялось
expected-mark = ожидается (просит { $by }, проверил(а) { $other }, до { $until }: { $reason })
expected-mark-unreviewed = запрошено (просит { $by }, никто не проверил, до { $until }: { $reason })
expected-at-most = не более { NUMBER($count, useGrouping: 0) } { $count ->
    [one] клиента
   *[other] клиентов
}
expected-covered = покрыто { NUMBER($count, useGrouping: 0) } { $count ->
    [one] срабатывание
    [few] срабатывания
   *[other] срабатываний
}, крупнейшее — { NUMBER($clients, useGrouping: 0) } клиентов или записей

# Обратная связь (`nabat rules precision`).
precision-head = подтверж.    ложных ожидалось  точность (95 %)    правило или грань
precision-proposal = { $name }: ложные срабатывания, за { NUMBER($days, useGrouping: 0) } дн. никто не подтвердил. Понизьте уровень или отключите.
precision-effect = Без его очков инцидентами не стали бы { NUMBER($gone, useGrouping: 0) } из { NUMBER($all, useGrouping: 0) } ложных, { NUMBER($lost, useGrouping: 0) } из { NUMBER($confirmed, useGrouping: 0) } подтверждённых, { NUMBER($other, useGrouping: 0) } из { NUMBER($others, useGrouping: 0) } прочих (сохранённые срабатывания сложены заново; для них точно).
costs-head = инциденты за последние 30 дней         открыто  отработ.    ложных   разрешено    не оценено
costs-behaviour = С находкой о поведении
costs-rules = Только по правилам
costs-asked = Модели поведения позволено ложных инцидентов в месяц: { $asked }.
precision-none = пока ничего не оценено: закрывайте инциденты с причиной

# Модели (`nabat models`).
models-in-force = действует
models-size = окон { NUMBER($windows, useGrouping: 0) }, исполнителей { NUMBER($actors, useGrouping: 0) }, дней { NUMBER($days, useGrouping: 0) }
models-act-promoted = принята
models-act-rolled-back = возвращена
models-act-kept-back = не принята
models-forced = вопреки сравнению
models-no-touches = журнал доступа пуст: сравнивать не на чем
models-span = { $first } - { $last }: подтверждённых инцидентов { NUMBER($confirmed, useGrouping: 0) }, ложных { NUMBER($false_alarms, useGrouping: 0) }
models-head = модель         подтверж.    ложных  без оценки
models-not-worse = не хуже: её можно принять
models-worse = хуже: { $why }
cli-agenda-next = (следующее напоминание { $time })
cli-oncall-no-rota = графика дежурств (notify.rota) нет: вызываем первого, у кого роль { $role }
cli-oncall-away = { $person }: нет на месте до { $until }
silences-muted = { $count ->
    [one] заглушена { NUMBER($count, useGrouping: 0) } находка
    [few] заглушены { NUMBER($count, useGrouping: 0) } находки
   *[many] заглушено { NUMBER($count, useGrouping: 0) } находок
}
silences-why-maker_left = ничего не глушит: { $by } больше не в команде; кому нужно, распорядится заново
silences-why-maker_in_case = ничего не глушит: распорядился(ась) { $by }, а открытое дело касается { $by }; кому нужно, распорядится заново
silences-why-own_account = ничего не глушит: касается учётной записи того, кто распорядился или согласился; пусть распорядится другой
silences-why-unconfirmed = пока ничего не глушит: для целой тяжести нужно согласие второго человека
cli-duty-late = отправлено с опозданием
