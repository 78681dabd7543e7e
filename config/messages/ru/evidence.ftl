# Что говорит `nabat verify`: где дела расходятся с цепочкой по ним.
chain-of-case = инцидент { $number }: { $text }
chain-no-chain = в базе нет цепочки по её делам: её удалили, или это база повтора
chain-record-missing = записи { $number } в цепочке нет
chain-record-altered = запись { $number } цепочки — не та, что была хэширована
chain-record-unlinked = запись { $number } цепочки не следует за предыдущей
chain-restated = запись { $number } заново говорит, чем было { $column } в { $table } { $key }: цепочку начали заново поверх уже записанного состояния
chain-value = { $table } { $key }: { $column } — { $found }, а записано было { $recorded }
chain-row-missing = { $table } { $key }: строки нет
chain-row-added = { $table } { $key }: строку добавили, о ней ничего не записано
chain-head-missing = хранимый отдельно конец цепочки называет запись { $number }, а в цепочке такой нет: последние записи отрезаны или изменены
chain-heads-file = { $line ->
    [missing] файла концов цепочки { $file } нет: служба пишет его в течение секунды
   *[other] строка { $line } в { $file } — не конец цепочки или противоречит прежней строке
}
chain-timeline = запись { $number } хронологии не следует из предыдущей или не та, что была хэширована
chain-compared = Сравнено с базой: { $records ->
    [one] { $records } запись
    [few] { $records } записи
   *[many] { $records } записей
} цепочки и { $heads ->
    [one] { $heads } хранимый отдельно конец
    [few] { $heads } хранимых отдельно конца
   *[many] { $heads } хранимых отдельно концов
}.
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
evidence-missing-no-file = { NUMBER($lines, useGrouping: 0) }: из стандартного ввода или журнала системы, прочитанное из них не хранится
evidence-missing-budget = { NUMBER($lines, useGrouping: 0) }: нет места (evidence.max_bytes)
