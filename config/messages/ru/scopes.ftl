# Версии масштаба, загруженные списки клиентов, поиск того, что было раньше (`nabat scope`, `nabat incidents retro`).

scope-imported = { $count ->
    [one] { NUMBER($count, useGrouping: 0) } клиент назван только загруженными списками
    [few] { NUMBER($count, useGrouping: 0) } клиента названы только загруженными списками
   *[many] { NUMBER($count, useGrouping: 0) } клиентов названы только загруженными списками
}
scope-residence = где они живут: { $places }
scope-controller = оператор { $name }: клиентов { $count } ({ $classes })
scope-residence-not-listed = нет в списке { $count }
scope-entry-imported = { $count ->
    [one] Загруженные списки называют ещё { $count } клиента.
   *[many] Загруженные списки называют ещё { $count } клиентов.
}
incident-entry-clients-imported = Загружен список { $number }: { $clients ->
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[many] { $clients } клиентов
}. Файл: { $file }. Откуда он: { $source }. Почему: { $reason }
incident-entry-import-removed = Список { $number } ({ $clients ->
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[many] { $clients } клиентов
}) больше не учитывается: { $reason }

# Почему масштаб отличается от прошлой версии.
scope-why-first = посчитано впервые
scope-why-later = продолжалось{ $events ->
    [0] {""}
    [one] : ещё { NUMBER($events, useGrouping: 0) } обращение
    [few] : ещё { NUMBER($events, useGrouping: 0) } обращения
   *[many] : ещё { NUMBER($events, useGrouping: 0) } обращений
}
scope-why-earlier = нашлись более ранние обращения, которые к нему относятся
scope-why-actors = { $count ->
    [one] к нему относится ещё кто-то: { $who }
   *[other] к нему относятся ещё { $count }: { $who }
}
scope-why-fewer-actors = больше не относятся к нему: { $count }
scope-why-usual = { $count ->
    [one] обращения к { NUMBER($count, useGrouping: 0) } клиенту оказались обычной работой
   *[many] обращения к { NUMBER($count, useGrouping: 0) } клиентам оказались обычной работой
}
scope-why-not-counted = { $count ->
    [one] обращения к { NUMBER($count, useGrouping: 0) } клиенту теперь объяснены или о них говорит другая строка
   *[many] обращения к { NUMBER($count, useGrouping: 0) } клиентам теперь объяснены или о них говорят другие строки
}
scope-why-named = { $count ->
    [one] лог теперь называет { NUMBER($count, useGrouping: 0) } клиента из загруженного списка
   *[many] лог теперь называет { NUMBER($count, useGrouping: 0) } клиентов из загруженных списков
}
scope-why-import = загружен список { $number }
scope-why-import-removed = список { $number } больше не учитывается
scope-why-controllers = о том, чьи это клиенты, известно больше или иное
scope-why-residence = о том, где живут эти клиенты, известно больше или иное
scope-why-known-better = о тех же обращениях известно больше

# Версии на странице и в командной строке.
scope-version = Версия { $number }, { $time }
scope-version-since = после версии { $since }: { $added ->
    [0] новых клиентов нет
    [one] на { NUMBER($added, useGrouping: 0) } клиента больше
   *[many] на { NUMBER($added, useGrouping: 0) } клиентов больше
}, { $removed ->
    [0] никто не исключён
    [one] исключён { NUMBER($removed, useGrouping: 0) }
   *[many] исключено { NUMBER($removed, useGrouping: 0) }
}
scope-version-because = потому что { $why }
scope-version-clients = { $count ->
    [0] ни одного клиента
    [one] { NUMBER($count, useGrouping: 0) } клиент
    [few] { NUMBER($count, useGrouping: 0) } клиента
   *[many] { NUMBER($count, useGrouping: 0) } клиентов
}
scope-version-digest = отпечаток { $digest }
scope-version-named = { $count ->
    [one] лог теперь называет { NUMBER($count, useGrouping: 0) } клиента из загруженного списка
   *[many] лог теперь называет { NUMBER($count, useGrouping: 0) } клиентов из загруженных списков
}
scope-versions-heading = Версии
scope-versions-hint = Уведомление называет версию, по которой оно написано. Что изменилось с тех пор: nabat scope { $number } --since N
scope-import-heading = Списки, загруженные людьми
scope-import-line = Список { $number }: { $clients ->
    [one] { NUMBER($clients, useGrouping: 0) } клиент
    [few] { NUMBER($clients, useGrouping: 0) } клиента
   *[many] { NUMBER($clients, useGrouping: 0) } клиентов
}; { $source }
scope-import-by = { $by }, { $time }, файл { $file }: { $reason }
scope-import-removed = больше не учитывается: { $by }, { $time }: { $reason }
web-import = Загрузить список клиентов
web-import-hint = Для выгрузки, клиентов которой лог не называет. По одному id в строке или CSV, первая строка которого называет колонку ({ $columns }). Если не помещается (60 кБ): nabat incidents import-ids { $number } FILE
web-import-typed = набрано на странице
web-missing-list = Укажите список.
web-import-ids = Id клиентов
web-import-source = Откуда список
web-import-reason = Почему эти клиенты затронуты
web-import-add = Учесть их
web-import-remove = Не учитывать список { $number }
web-import-remove-reason = Почему он не учитывается
web-missing-ids = Не указан ни один id.
web-missing-source = Напишите, откуда список.
chain-scope-file = { $why ->
    [missing] списка клиентов { $file } нет
    [digest] версия { $number } масштаба — не та, отпечаток которой был записан
   *[other] список клиентов { $file } — не тот, что был записан
}
web-problem-line = Строка { $line }: { $text }
web-problem-list-missing = нет id
web-problem-list-long = знаков { $count }; в id их не больше { $most }
web-problem-list-unseen = невидимые знаки
web-problem-list-cells = ячеек { $count }, а первая строка называет { $most }
web-problem-list-csv = это не CSV
web-problem-list-empty = Список не называет ни одного клиента.
web-problem-list-column = колонка с id неизвестна: её называет первая строка
web-problem-list-more = И ещё строк: { $count }.
web-problem-list-no-breach = Сначала скажите, что затронуты данные клиентов.
web-problem-list-same = Список { $list } — тот же файл.
web-problem-list-none = Списка { $list } среди учитываемых нет.

# Поиск назад.
retro-read = Прочитано: обращения с { $since } по { $until }, не больше { NUMBER($touches, useGrouping: 0) }.
retro-less = Просили начиная с { $asked }: больше не хранится или это слишком много для одного чтения.
retro-some = Искали по { NUMBER($some, useGrouping: 0) } из { NUMBER($clients, useGrouping: 0) } клиентов, всегда одним и тем же.
retro-not-whole = Часть журнала пропала или повреждена, либо найденное не поместилось: может быть и больше.
retro-early = Обращений других или более ранних к этим клиентам или записям, пришедших в первые десять дней лога: { NUMBER($count, useGrouping: 0) }. Чем они объясняются, сказать нельзя, в списках их нет. Кто обращался к клиенту: nabat who
retro-earlier = До первого известного события, { $first }:
retro-t0 = Если человек подтвердит, что это относится к делу, T0 сдвинется:
retro-t0-far = (Это раньше первого события больше чем на { $days } дн.: в причине должен быть назван день, как здесь.)
retro-others = Другие, кто делал то же:
retro-none = ничего не найдено
retro-often = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] обращение
    [few] обращения
   *[many] обращений
}, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
retro-often-found = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] находка
    [few] находки
   *[many] находок
}, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
retro-way-session = в { $things ->
    [one] сеансе этого дела
   *[other] сеансах этого дела: { $things }
}
retro-way-records = записи этого дела без видимой причины: { NUMBER($things, useGrouping: 0) } из { NUMBER($of, useGrouping: 0) }
retro-way-clients = клиенты этого дела без видимой причины: { NUMBER($things, useGrouping: 0) } из { NUMBER($of, useGrouping: 0) }
retro-way-rule = правила, которые нашли это дело, нашли и эту учётную запись: { $things } из { $of }
retro-way-export = столько же данных того же вида за раз, до { NUMBER($things, useGrouping: 0) } записей{ $of ->
    [0] {""}
    [one] ; больше так не делает никто
   *[other] ; так делают учётных записей: { $of }
}
retro-way-volume = столько же действий того же вида за час, в те же часы суток: до { NUMBER($things, useGrouping: 0) }, в деле { NUMBER($of, useGrouping: 0) }
retro-way-place = с { $things ->
    [one] адреса этого дела, чужого для его исполнителей
   *[other] адресов этого дела, чужих для его исполнителей: { $things }
}
retro-way-strangers = до { $things } обращений в день без видимой причины, обычно { $of }
web-back = Поиск назад
web-back-press = Искать за 90 дней назад
web-back-hint = Более ранние следы этого дела и другие, кто делал то же. Читается журнал доступа, это занимает несколько секунд и ничего не меняет.
web-back-failed = Журнал доступа не читается.
web-back-actor = Кто
web-back-when = Когда
web-back-why = Почему
