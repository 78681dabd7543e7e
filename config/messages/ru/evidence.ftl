# Что говорит `nabat verify`: где дела расходятся с цепочкой по ним.
chain-of-case = инцидент { $number }: { $text }
chain-no-chain = в базе нет цепочки по её делам: её удалили, или это база повтора
chain-record-missing = записи { $number } в цепочке нет
chain-record-altered = запись { $number } цепочки — не та, что была хэширована
chain-record-unlinked = запись { $number } цепочки не следует за предыдущей
chain-restated = запись { $number } заново говорит, чем было { $column } в { $table } { $key }: цепочку начали заново поверх уже записанного состояния
chain-unreadable = таблица { $table }, строка { $key }: содержимое столбца { $column } не читается
chain-value = { $table } { $key }: { $column } — { $found }, а записано было { $recorded }
chain-row-missing = { $table } { $key }: строки нет
chain-row-added = { $table } { $key }: строку добавили, о ней ничего не записано
chain-head-missing = хранимый отдельно конец цепочки называет запись { $number }, а в цепочке такой нет: последние записи отрезаны или изменены
chain-seal-missing = ни у одной записи цепочки нет печати { $seal }: последние записи отрезаны или изменены
chain-heads-file = { $line ->
    [missing] файла концов цепочки { $file } нет: служба пишет его в течение секунды
   *[other] строка { $line } в { $file } — не конец цепочки или противоречит прежней строке
}
chain-timeline = запись { $number } хронологии не следует из предыдущей или не та, что была хэширована
chain-evidence-file = { $why ->
    [missing] файла архива { $file } нет
   *[other] файл архива { $file } — не тот, что был записан
}
chain-evidence-line = { $file }: строка события { $event } — не та, что была скопирована

# Что `nabat evidence` и страница инцидента говорят о сохранённых строках журналов.
evidence-none-yet = строки ещё не искали
evidence-held = { $lines ->
    [one] сохранена { NUMBER($lines, useGrouping: 0) } строка
    [few] сохранены { NUMBER($lines, useGrouping: 0) } строки
   *[many] сохранено { NUMBER($lines, useGrouping: 0) } строк
}, { $size }; { $missing ->
    [0] все на месте
   *[other] не хватает: { NUMBER($missing, useGrouping: 0) }
}
evidence-missing-gone = { NUMBER($lines, useGrouping: 0) }: нет ни в одном файле (ротация, удаление)
evidence-missing-changed = { NUMBER($lines, useGrouping: 0) }: файл есть, но на их месте стоит другое
evidence-missing-unreadable = { NUMBER($lines, useGrouping: 0) }: файл не читается или повреждён
evidence-missing-no-file = { NUMBER($lines, useGrouping: 0) }: из стандартного ввода или журнала системы, из которых помнят лишь последние строки
evidence-missing-budget = { NUMBER($lines, useGrouping: 0) }: нет места (evidence.max_bytes)

# Насколько полно видели часы дела.
coverage-head = Насколько полно видели часы этих событий
coverage-span = { $since } – { $until }, по времени чтения строк:
coverage-nothing = тогда ничего не измеряли: служба не работала или прочла эти строки позже
coverage-source = { $source }: { NUMBER($lines, useGrouping: 0) } { $lines ->
    [one] строка
    [few] строки
   *[many] строк
}{ $requests ->
    [0] { "" }
    [one] , { NUMBER($requests, useGrouping: 0) } запрос
    [few] , { NUMBER($requests, useGrouping: 0) } запроса
   *[many] , { NUMBER($requests, useGrouping: 0) } запросов
}; { $said }
coverage-whole = о пропусках ничего не известно
coverage-rejects = { $count ->
    [one] не прочитана { NUMBER($count, useGrouping: 0) } строка
    [few] не прочитаны { NUMBER($count, useGrouping: 0) } строки
   *[many] не прочитано { NUMBER($count, useGrouping: 0) } строк
}
coverage-late = опоздали больше чем на час: { NUMBER($count, useGrouping: 0) }
coverage-unmapped = не подходят ни к одному маршруту карты записей: { NUMBER($count, useGrouping: 0) } из запросов; чьих данных они коснулись, неизвестно
coverage-clock-back = с отстающими часами: { NUMBER($count, useGrouping: 0) }
coverage-clock-ahead = со спешащими часами: { NUMBER($count, useGrouping: 0) }
coverage-silent = молчание до { $span }
coverage-unwatched = без наблюдения { $span }: служба не работала, не знала об этом источнике или прочла его строки позже
