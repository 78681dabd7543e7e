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
