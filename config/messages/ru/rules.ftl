# Причины правил Sigma: почему сделан вывод, числами. Ни данных клиента, ни строк журнала здесь нет.
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
