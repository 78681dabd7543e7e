# Причины модели поведения. $value: сколько замечено; $minutes: окно; $low, $high: средние восемьдесят процентов прошлых окон
# учётной записи; $peer: ниже этого остаются девять из десяти окон её роли.
behaviour-span = { $minutes ->
        [60] за час
        [one] за { $minutes } минуту
        [few] за { $minutes } минуты
       *[many] за { $minutes } минут
    }
behaviour-usual = обычно для этой учётной записи { $low }–{ $high }, для её роли до { $peer }
behaviour-usual-new = у этой учётной записи ещё нет истории; обычно для её роли до { $peer }
behaviour-combination = редкое сочетание объёма, широты, времени и места, хотя по отдельности всё обычно

behaviour-events = обращений к данным клиентов: { $value } { behaviour-span }; { behaviour-usual }
behaviour-events-new = обращений к данным клиентов: { $value } { behaviour-span }; { behaviour-usual-new }
behaviour-records = { $value ->
        [one] получена { $value } запись
        [few] получено { $value } записи
       *[many] получено { $value } записей
    } { behaviour-span }; { behaviour-usual }
behaviour-records-new = { $value ->
        [one] получена { $value } запись
        [few] получено { $value } записи
       *[many] получено { $value } записей
    } { behaviour-span }; { behaviour-usual-new }
behaviour-exports = выгружено, скачано или напечатано { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual }
behaviour-exports-new = выгружено, скачано или напечатано { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual-new }
behaviour-bytes = получено { $value } кБ данных клиентов { behaviour-span }; { behaviour-usual }
behaviour-bytes-new = получено { $value } кБ данных клиентов { behaviour-span }; { behaviour-usual-new }
behaviour-failures = отказано в доступе { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual }
behaviour-failures-new = отказано в доступе { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual-new }
behaviour-searches = поиск или просмотр списка клиентов { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual }
behaviour-searches-new = поиск или просмотр списка клиентов { $value ->
        [one] { $value } раз
        [few] { $value } раза
       *[many] { $value } раз
    } { behaviour-span }; { behaviour-usual-new }
behaviour-documents = { $value ->
        [one] открыт { $value } документ
        [few] открыто { $value } документа
       *[many] открыто { $value } документов
    } { behaviour-span }; { behaviour-usual }
behaviour-documents-new = { $value ->
        [one] открыт { $value } документ
        [few] открыто { $value } документа
       *[many] открыто { $value } документов
    } { behaviour-span }; { behaviour-usual-new }
behaviour-sensitive = обращения к чувствительным данным на { $value ->
        [one] { $value } балл
        [few] { $value } балла
       *[many] { $value } баллов
    } { behaviour-span }; { behaviour-usual }
behaviour-sensitive-new = обращения к чувствительным данным на { $value ->
        [one] { $value } балл
        [few] { $value } балла
       *[many] { $value } баллов
    } { behaviour-span }; { behaviour-usual-new }
behaviour-night = обращений к данным клиентов ночью или в выходной: { $value } { behaviour-span }; { behaviour-usual }
behaviour-night-new = обращений к данным клиентов ночью или в выходной: { $value } { behaviour-span }; { behaviour-usual-new }
behaviour-novel = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } из тех, к кому эта учётная запись раньше не обращалась, { behaviour-span }; { behaviour-usual }
behaviour-novel-new = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } из тех, к кому эта учётная запись раньше не обращалась, { behaviour-span }; { behaviour-usual-new }
behaviour-strange = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } из тех, к кому никто с этой ролью раньше не обращался, { behaviour-span }; { behaviour-usual }
behaviour-strange-new = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } из тех, к кому никто с этой ролью раньше не обращался, { behaviour-span }; { behaviour-usual-new }
behaviour-new_addresses = вход с { $value ->
        [one] { $value } адреса, ранее не встречавшегося
        [few] { $value } адресов, ранее не встречавшихся
       *[many] { $value } адресов, ранее не встречавшихся
    } у этой учётной записи, { behaviour-span }; { behaviour-usual }
behaviour-new_addresses-new = вход с { $value ->
        [one] { $value } адреса, ранее не встречавшегося
        [few] { $value } адресов, ранее не встречавшихся
       *[many] { $value } адресов, ранее не встречавшихся
    } у этой учётной записи, { behaviour-span }; { behaviour-usual-new }
behaviour-subjects = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } { behaviour-span }; { behaviour-usual }
behaviour-subjects-new = { $value ->
        [one] прочитан { $value } клиент
        [few] прочитано { $value } клиента
       *[many] прочитано { $value } клиентов
    } { behaviour-span }; { behaviour-usual-new }
behaviour-addresses = вход с { $value ->
        [one] { $value } адреса
        [few] { $value } разных адресов
       *[many] { $value } разных адресов
    } { behaviour-span }; { behaviour-usual }
behaviour-addresses-new = вход с { $value ->
        [one] { $value } адреса
        [few] { $value } разных адресов
       *[many] { $value } разных адресов
    } { behaviour-span }; { behaviour-usual-new }
