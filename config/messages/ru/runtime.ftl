# Почему это слепое пятно.
blind-spot-source = Источник { $name } не читается: { blind-why }.
blind-spot-coverage = Карта записей не подходит источнику { $name }: { blind-why }.
blind-spot-format = Большинство строк источника { $name } не говорит ничего, что можно оценить: { blind-why }.
blind-spot-clock = Часам источника { $name } нельзя верить: { blind-why }.
blind-spot-late = Строки источника { $name } приходят слишком поздно: { blind-why }.
blind-spot-rule = Правило { $name } не проверяет: { blind-why }.
blind-spot-model = Модель поведения { $name } не оценивает: { blind-why }.
blind-spot-role = Никто не отвечает за { $name }: { blind-why }.
blind-spot-state = Не удаётся сохранить { $name }: { blind-why }.

# Почему не видно. Тексты системы и строк прежних версий стоят как есть.
blind-why = { $why ->
    [no-line] нет строк уже { $count ->
        [one] { $count } минуту
        [few] { $count } минуты
       *[many] { $count } минут
    }
    [only-rejects] последние строки ({ $count }) не дали ни одного события: их формат не читается
    [unmapped] из { $requests } запросов данных клиентов не касается ни один{ coverage-top }. Добавьте маршруты в records.routes или укажите client_data: false, если таких данных там нет
    [map-fell] из последних { $requests } запросов данных клиентов касаются { $touched }, обычно { $usual } %{ coverage-top }. Адреса переименованы? Исправьте records.routes
    [late-lines] за десять минут { $percent } % его строк ({ $count }) отстали от других строк своего журнала больше чем на час (до { $hours } ч) и не учтены ни в одной корреляции. Дайте каждому пишущему свой файл или настройте пересылку так, чтобы она сохраняла порядок
    [clock-back] строк, отставших от предыдущих больше чем на минуты: { $count }
    [clock-ahead] строк из будущего: { $count }
    [rule-failed] ошибок с запуска: { $count }
    [sender-ended] поток отправки завершился
    [unusable] этой версии не подходят: { $count }
    [no-model] её нет
    [model-old] обучена { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    } назад
    [last-resort] последних строк, от которых остался только текст или часть полей: { $count } % (формат { $format }); их покажет nabat decode: задайте источнику формат или опишите его строки (docs/formats/regex.md)
    [no-team] никто не назван: вызвать будет некого
    [no_holder] роль никому не дана
    [only_suspect] она только у того, о ком инцидент
    [nobody] из группы некого вызвать
    [undeliverable] до её держателя не дошло ни одно сообщение
   *[other] { $why }
}

coverage-top = { $pattern ->
    [none] {""}
   *[other] ; чаще всего не указан в карте: { $pattern } { $times }
}

# Закон рядом с его часами: насколько мы уверены в тексте.
law-marked = { $title } ({ $mark ->
        [text] текст прочитан
        [secondary] по вторичным источникам
       *[memory] по памяти
    }; уточните у юриста)

# Модель поведения, для первой страницы.
model-off = выключена
model-not-ready = не готова: { $why }
model-trained = обучена { $day } на { $rows ->
        [one] { $rows } окне
       *[other] { $rows } окнах
    }, учётных записей и адресов: { $actors }
model-starter = поставляемая, обучена на вымышленной компании; обучите её на своих журналах: nabat train
