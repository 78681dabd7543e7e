# Причины правил Sigma: о чём правило и сколько этого было. Ни данных клиента, ни строк журнала здесь нет.
# Части предложений, общие для нескольких сообщений, кончаются на -part.
rule-requests = { $title_ru }: { $count } { $count ->
        [one] запрос
        [few] запроса
       *[other] запросов
    }{ rule-records-part }
rule-run = { $title_ru }: подряд { $count } { $count ->
        [one] соседний идентификатор
        [few] соседних идентификатора
       *[other] соседних идентификаторов
    }{ rule-records-part }
rule-pieces = { $title_ru }: всего { $count } { $count ->
        [one] соседний идентификатор
        [few] соседних идентификатора
       *[other] соседних идентификаторов
    }{ rule-records-part }
rule-times = { $title_ru }: { $count } { $count ->
        [one] раз
        [few] раза
       *[other] раз
    }, чаще предела за { rule-span-part }{ rule-records-part }
rule-clients = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] клиент
        [few] клиента
       *[other] клиентов
    } за { rule-span-part }{ rule-records-part }
rule-opened = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] разная запись
        [few] разные записи
       *[other] разных записей
    } за { rule-span-part }{ rule-records-part }
rule-targets = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] цель
        [few] разные цели
       *[other] разных целей
    } за { rule-span-part }{ rule-records-part }
rule-accounts = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] учётная запись
        [few] учётные записи
       *[other] учётных записей
    } за { rule-span-part }{ rule-records-part }
rule-spellings = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] написание
        [few] написания
       *[other] написаний
    } за { rule-span-part }{ rule-records-part }
rule-addresses = { $title_ru }: { rule-more-part }{ $count } { $count ->
        [one] адрес
        [few] адреса
       *[other] адресов
    } за { rule-span-part }{ rule-records-part }
rule-records-sum = { $title_ru }: всего { rule-more-part }{ $count } { $count ->
        [one] запись
        [few] записи
       *[other] записей
    } за { rule-span-part }
rule-megabytes = { $title_ru }: всего { rule-more-part }{ $count } МБ за { rule-span-part }{ rule-records-part }
rule-total = { $title_ru }: всего { rule-more-part }{ $count } за { rule-span-part }{ rule-records-part }
rule-together = { $title_ru }: разных признаков за { rule-span-part }: { $count }{ rule-records-part }
rule-in-order = { $title_ru }: шагов подряд, один за другим, за { rule-span-part }: { $count }{ rule-records-part }
rule-average = { $title_ru }: в среднем { $count } за { rule-span-part }{ rule-records-part }
rule-median = { $title_ru }: медиана { $count } за { rule-span-part }{ rule-records-part }
rule-percentile = { $title_ru }: { $percentile } % значений за { rule-span-part } ниже { $count }{ rule-records-part }
unreadable-lines = Не читаются строки, в которых стоит { $named ->
        [address] этот адрес
       *[account] эта учётная запись
    }: { $count } из { $looked } просмотренных отклонённых строк источника { $source } за десять минут. Чьи они — утверждают сами строки, никто этого не проверял
rule-more-part = { $more ->
        [yes] не меньше чем{" "}
       *[no] { "" }
    }
rule-records-part = { $records ->
        [exact] , { $high } { $high ->
            [one] запись
            [few] записи
           *[other] записей
        }
        [upto] , до { $high } { $high ->
            [one] записи
           *[other] записей
        }
        [between] , от { $low } до { $high } { $high ->
            [one] записи
           *[other] записей
        }
        [untold] ; сколько записей, лог не говорит
        [more] , не больше { $high } { $high ->
            [one] записи
           *[other] записей
        } там, где лог их считает; об остальных он не говорит, сколько их
       *[none] { "" }
    }
rule-span-part = { $span } { $unit ->
        [days] { $span ->
            [one] день
            [few] дня
           *[other] дней
        }
        [hours] { $span ->
            [one] час
            [few] часа
           *[other] часов
        }
        [minutes] { $span ->
            [one] минуту
            [few] минуты
           *[other] минут
        }
       *[seconds] { $span ->
            [one] секунду
            [few] секунды
           *[other] секунд
        }
    }

# Причины находок, сохранённых до того, как причины стали называть правило.
rule-events = { $count ->
        [one] { $count } запрос подходит под правило
        [few] { $count } запроса подходят под правило
       *[other] { $count } запросов подходят под правило
    }
rule-event-count = { $count } { $count ->
        [one] раз
        [few] раза
       *[other] раз
    }, чаще предела за { $span } { $unit ->
        [days] { $span ->
            [one] день
            [few] дня
           *[other] дней
        }
        [hours] { $span ->
            [one] час
            [few] часа
           *[other] часов
        }
        [minutes] { $span ->
            [one] минуту
            [few] минуты
           *[other] минут
        }
       *[seconds] { $span ->
            [one] секунду
            [few] секунды
           *[other] секунд
        }
    }
rule-client-count = просмотрено { $count } { $count ->
        [one] клиент
        [few] клиента
       *[other] клиентов
    } за { $span } { $unit ->
        [days] { $span ->
            [one] день
            [few] дня
           *[other] дней
        }
        [hours] { $span ->
            [one] час
            [few] часа
           *[other] часов
        }
        [minutes] { $span ->
            [one] минуту
            [few] минуты
           *[other] минут
        }
       *[seconds] { $span ->
            [one] секунду
            [few] секунды
           *[other] секунд
        }
    }
rule-record-count = открыто записей: { $count } за { $span } { $unit ->
        [days] { $span ->
            [one] день
            [few] дня
           *[other] дней
        }
        [hours] { $span ->
            [one] час
            [few] часа
           *[other] часов
        }
        [minutes] { $span ->
            [one] минуту
            [few] минуты
           *[other] минут
        }
       *[seconds] { $span ->
            [one] секунду
            [few] секунды
           *[other] секунд
        }
    }
rule-value-count = разных целей: { $count } за { $span } { $unit ->
        [days] { $span ->
            [one] день
            [few] дня
           *[other] дней
        }
        [hours] { $span ->
            [one] час
            [few] часа
           *[other] часов
        }
        [minutes] { $span ->
            [one] минуту
            [few] минуты
           *[other] минут
        }
       *[seconds] { $span ->
            [one] секунду
            [few] секунды
           *[other] секунд
        }
    }
rule-records = затронуто записей: не меньше { $low }, не больше { $high }

# nabat rules prove
proof-title = Правило { $file }, проверка на инциденте { $number }
proof-verdict = { $verdict ->
    [yes] ДОКАЗАНО: случай находит, { $days ->
        [one] { $days } обычный день
        [few] { $days } обычных дня
       *[many] { $days } обычных дней
    } молчит.
   *[no] НЕ ДОКАЗАНО.
}
proof-file = SHA-256 файла { $hash }; проверено { $at }. Правила в нём:
proof-case = { $origin ->
    [held] На сохранённых строках дела (строк: { $lines }, прочитано { $read })
   *[logs] На строках журналов, потому что сохранённых строк, которые читаются сами по себе, нет (строк: { $lines }, прочитано { $read })
} { $fired ->
    [0] НЕ СРАБАТЫВАЕТ.
    [one] срабатывает { $fired } раз:
    [few] срабатывает { $fired } раза:
   *[many] срабатывает { $fired } раз:
}
proof-honest = С { $since } по { $until } в имеющихся журналах строк: { $lines }; { $days ->
    [0] обращений к данным клиентов, кроме относящихся к делам, в них НЕТ, они ничего не показывают.
    [one] обращения к данным клиентов, кроме относящихся к делам, за { $days } день.
    [few] обращения к данным клиентов, кроме относящихся к делам, за { $days } дня.
   *[many] обращения к данным клиентов, кроме относящихся к делам, за { $days } дней.
}
proof-others = { $count ->
    [0] В эти дни правило молчит.
    [one] Оно сработало бы ещё { $count } раз:
    [few] Оно сработало бы ещё { $count } раза:
   *[many] Оно сработало бы ещё { $count } раз:
}
proof-failed = Правило { $name } ОТКАЗАЛО С ОШИБКОЙ { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
} ({ $kind }, { $place }): что бы оно там нашло, неизвестно, и ничего не доказано.
proof-forgotten = ПРОВЕРЕНО НЕ ВСЁ: из памяти { blind-memory } вытеснено записей: { NUMBER($count, useGrouping: 0) }, их было слишком много. Молчание правила о них ничего не доказывает. Проверьте на меньшем числе дней.
proof-known = { $count ->
    [one] Ещё { $count } раз оно срабатывает на том, что относится к делам.
    [few] Ещё { $count } раза оно срабатывает на том, что относится к делам.
   *[many] Ещё { $count } раз оно срабатывает на том, что относится к делам.
}
proof-events = { $count ->
    [one] { $count } событие
    [few] { $count } события
   *[many] { $count } событий
}
proof-more = и ещё { $count }
