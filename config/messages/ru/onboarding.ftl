# Что говорит `nabat init`, и комментарии в файле, который она пишет.

init-yaml-head = Настройки Nabat, написанные командой `nabat init` { $day } по журналам, названным ниже.
init-yaml-guesses = Всё, что под records и actors, угадано по словам, идентификаторам и привычкам. Проверьте каждую строку; docs/configuration.md объясняет все ключи.
init-yaml-check = `nabat check -c { $file }` скажет, что осталось заполнить, с номером строки: группу.
init-yaml-state = база данных, журнал доступа, снимки, модель, ключи; для службы /var/lib/nabat
init-yaml-zone = в каком поясе людям показывают время и какие часы считаются ночью; например, Europe/Moscow
init-yaml-sources = Откуда берутся строки.
init-yaml-read = Просмотрено строк: { $lines } ({ $part ->
        [all] все, какие есть
       *[sample] выборка по всем файлам
    }), понято { $share } %.
init-yaml-formats = Ни один формат не читает их все: { $formats }.
init-yaml-rejects = Не поняты: { $reasons }; какие именно, покажет `nabat decode FILE | grep reject`.
init-yaml-copies = Рядом лежат файлы того же журнала после ротации или старые: { $count }.
init-yaml-missing = Нет файла { $file }: в нём сказано, что значат номера в записях.
init-yaml-span = События с { $first } по { $last }.
init-yaml-source-zone = догадка; лучше имя региона (Europe/Moscow), которое знает о летнем времени
init-yaml-offset = Пояс указан в строках: { $offset }.
init-yaml-late = строк позади более поздних: { $count }, самое большее на { $most }
init-yaml-nearly = Почти по порядку: строк позади более поздних { $count }, самое большее на { $most }; `lateness` (по умолчанию 500ms) хватает почти на все.
init-yaml-order = Строки стоят в порядке времени: `lateness` по умолчанию подходит.
init-yaml-lag = Последний раз файл записан через { $lag } после его последнего события.
init-yaml-silence = Самое долгое время без строк: { $longest }{ $quiet ->
        [yes] ; обычно тихо с { $begin } до { $end } часов
       *[no] { "" }
    }. `silent_after: habit` (по умолчанию) это выучит; для системы, которая никогда не молчит, поставьте 1h.
init-yaml-proxies = Догадка: эти адреса называют в X-Forwarded-For других клиентов.
init-yaml-front = Почти все запросы идут с одного адреса, и не сказано, за кого: пусть прокси передаёт, а сервер пишет X-Forwarded-For.
init-yaml-no-client-data = судя по строкам, только входы, сообщения узла или открытые страницы; поставьте true, когда маршруты ниже коснутся данных клиентов
init-yaml-drafts = там лежат черновики
init-yaml-draft = { $instead ->
        [none] Ни один поставляемый формат не понимает этих строк
       *[other] Поставляемый формат { $instead } читает эти строки, но не то, кто действует
    }: { $format } — черновик, составленный по ним. Посмотрите его; ключи объясняет docs/formats.md.
init-draft = { $instead ->
        [none] { "" }
       *[other] { $instead } читает эти строки, но не то, кто действует; { "" }
    }{ $file } будет черновиком формата для него: посмотрите его, прежде чем верить прочитанному
init-yaml-unread = НЕ НАБЛЮДАЕТСЯ: из { $lines } строк понято { $share } %. Назовите формат или вставьте log_format сервера (docs/formats.md) и уберите #.
init-yaml-records = Какие запросы касаются чьих данных: карта записей. По порядку, считается первый подходящий.
init-yaml-classes = Догадки по виду записи; скажите, что там показывают на самом деле.
init-yaml-no-routes = { $told ->
        [yes] В этих журналах ничто не похоже на данные клиентов.
       *[no] Какие из этих строк о данных клиентов, понять не удалось: напишите для них маршруты.
    } Без маршрутов Nabat видит веб-атаки и входы, но не то, чьи данные берут.
init-yaml-logins = Вход и выход: не данные клиентов, для правил об учётных записях.
init-yaml-off = Не взято; если такие запросы всё же показывают данные клиентов, уберите #.
init-yaml-unmapped = { $service }: что ещё запрашивали чаще всего и что не похоже на данные клиентов (метод, путь, запросы):
init-yaml-canaries = Идентификаторы подложных клиентов: любое касание — верный признак.
init-yaml-actors = Кто здесь программа и какие сети свои.
init-yaml-programs = Программы правила не трогают: называйте только то, что знаете.
init-yaml-domains = Свои домены: с ними и без них учётная запись одна. Чужие уберите: там anna может быть другим человеком.
init-yaml-networks = Остальное — `internet`.
init-yaml-network = { $network }: запросов { $count }, учётных записей и адресов { $accounts }.
init-yaml-team = TODO: кого вызывать. Пока здесь никого нет, никого и не вызовут, и `nabat check` об этом скажет.
init-yaml-people = TODO: люди, у каждого цели в порядке предпочтения.
init-yaml-roles = TODO: роли: { "{" } soc: [anna, boris], lead: [boris] { "}" }
init-yaml-targets = TODO: адреса Apprise; секреты держите в окружении, как здесь.

init-because = Угадано по: { $words }; запросов { $count } ({ $share } %), разных адресов или идентификаторов { $paths }{ $sized ->
        [yes] , байтов в ответе { $size }
       *[no] { "" }
    }, с учётной записью или сеансом { $signed } %.{ $stand ->
        [yes] { " " }Клиента ничто не называет: каждая запись считается отдельным клиентом.
       *[no] { "" }
    }{ $tenant ->
        [none] { "" }
        [host] { " " }Идентификаторы считаются в пределах каждого хоста: похоже, в системе несколько компаний.
       *[other] { " " }Идентификаторы считаются в пределах каждого { $tenant }: похоже, в системе несколько компаний.
    }
init-program = { $name }: { $signs }; событий { $count }, часов суток { $hours }, разных адресов или записей { $records }.{ $wanted ->
        [yes] { "" }
       *[no] { " " }Не взято: решите сами, программа ли это и можно ли ей так.
    }
init-sign-named = названа как программа
init-sign-machine = представляется как программа
init-sign-steady = спрашивает через равные промежутки

init-remark-graphql = GraphQL отвечает по одному адресу: по пути не видно, что запрошено. Пусть приложение пишет строку аудита JSON с operationName и variables (объектом, с идентификатором клиента), см. docs/formats.md.
init-remark-rpc = Вызовы идут по одному адресу (RPC, SOAP, пакеты): по пути не видно, что запрошено. Пусть приложение пишет строку аудита (docs/formats.md).
init-remark-dispatch = Страницы различаются запросом при одном адресе, маршрут этого не умеет. Пусть приложение пишет строку аудита (docs/formats.md).
init-remark-onec = Тонкий клиент 1С ходит по одному адресу: читайте её журнал регистрации (docs/formats/1c.md).
init-remark-database = Журнал базы данных: маршруты называют таблицы (`table: crm.clients`), см. docs/formats/databases.md.
init-remark-no-account = { $known ->
        [address] Ни одна строка не называет учётную запись или сеанс: поведение судят по адресу.
       *[none] Ни одна строка не называет учётную запись, сеанс или адрес: не видно, кто действует, и судить некого.
    } Пишите учётную запись в журнал (docs/formats.md, «let nginx write JSON»).
init-remark-account-field = Ни в одном событии нет учётной записи, но в строках есть похожие на неё поля: { $fields }. Опишите формат, который их читает (docs/formats.md).
init-zone-written = Во времени строк нет пояса: принят { $zone } ({ $offset }). По нему последняя строка записана тогда же, когда и файл.
init-zone-ahead = Во времени строк нет пояса: принят { $zone } ({ $offset }). По UTC последняя строка была бы записана на { $ahead } позже файла.
init-zone-machine = Во времени строк нет пояса: принят { $zone } ({ $offset }), пояс этой машины; в журнале ничто не говорит о другом. Если часы пишущего показывают другой, поправьте `timezone` источника.
init-ahead = { $count ->
        [one] { $count } событие датировано
        [few] { $count } события датированы
       *[many] { $count } событий датировано
    } будущим: неверны часы или пояс пишущего. Правила о нескольких событиях такие строки не считают.
init-remark-no-outcome = Большинство строк не говорит, удался ли запрос, а правила о данных клиентов считают только удавшиеся: пусть приложение пишет статус (docs/formats.md).
init-remark-untold = Есть ли здесь данные клиентов, понять не удалось, поэтому Nabat считает, что есть: пока ни один маршрут их не коснётся, `nabat check` и страница говорят, что никто не знает, чьи данные здесь берут. Напишите маршруты (docs/configuration.md) или формат, по которому видно, что запрашивали (docs/formats.md); и только если данных клиентов нет, укажите `client_data: false`.
init-remark-no-paths = Ни в одной строке нет пути или известного действия: маршруты придётся написать самим (`when`, docs/formats.md).

# На терминале.
init-looking = Смотрю файлы: { $files } …
init-source = { $number }. { $name }: { $pattern }
init-source-read = строк { $lines }{ $part ->
        [all] { "" }
       *[sample] {" "}(выборка: всего около { $estimate })
    }, понято { $share } %, формат { $format }; с { $first } по { $last }
init-source-unread = строк { $lines }, понято { $share } %: в настройки не взято, в файле стоит комментарием
init-damaged = { $file } повреждён: { $why }. То, что до этого места, просмотрено.
init-ask-service = Какая это система? [{ $default }]
init-ask-zone = В каком поясе идут её часы? [{ $default }]
init-bad-zone = Пояса { $given } нет. Напишите имя вроде Europe/Moscow.
init-bad-service = Имя — буквы, цифры, пробелы и . : / @ -, не больше 64.
init-routes = Эти запросы похожи на данные клиентов. Угадано по словам, идентификаторам и привычкам:
init-who = Программы, прокси и сети. Тоже догадки:
init-choice = Enter берёт отмеченное. Номер включает или выключает, `all`, `none`, `c 2` меняет второй:
init-choice-plain = Enter берёт отмеченное. Номер включает или выключает, `all`, `none`:
init-choice-bad = { $given } — не то. Нажмите Enter или напишите номера от 1 до { $most }.
init-change-action = Что делают: read list search export download print create update delete [{ $default }]
init-change-object = Вид записи: client, account, document … [{ $default }]
init-change-classes = Классы данных: identity contact financial health [{ $default }]
init-change-bad = { $given } — такого нет.
init-proxy = прокси { $address }: запросов { $count } ({ $share } %), из них за других (X-Forwarded-For) { $forwarded }
init-domain = домен { $domain }: учётных записей с ним { $accounts }, например { $example }; из них без него или с другим тоже: { $also }
init-network = внутренняя сеть { $network }: запросов { $count }
init-nothing = { $told ->
        [yes] В этих журналах ничто не похоже на данные клиентов
       *[no] Какие из этих строк о данных клиентов, понять не удалось
    }: маршрутов нет. Просмотрено запросов: { $requests }; самые частые стоят в файле.
init-skipped = не взято: { $what }
init-skipped-static = статика { $count }
init-skipped-health = проверки живости { $count }
init-skipped-unanswered = без ответа { $count }
init-skipped-public = читают поисковики, значит, открыто { $count }
init-skipped-unknown = не похоже на данные клиентов { $count }
init-skipped-sign-in-page = страницы входа { $count }
init-written = Записано в { $file }: маршрутов { $routes }, источников { $sources }.
init-replaying = Что было бы сказано об этих журналах:
init-incident = ИНЦИДЕНТ  { $severity }  { $name }
init-incident-who = кто        { $actor } ({ $type }) с { $addresses }
init-incident-what = что        { $title }
init-incident-why = почему     { $reason }
init-incident-count = сколько    клиентов { $clients }, запросов { $events }; { $classes }
init-incident-when = когда      с { $first } по { $last }
init-more = … и ещё { $count }
init-no-incident = Ни одного инцидента.
init-weaker = { $count ->
    [one] { $count } признак слишком слаб, чтобы самому открыть инцидент; самые сильные:
    [few] { $count } признака слишком слабы, чтобы самим открыть инцидент; самые сильные:
   *[many] { $count } признаков слишком слабы, чтобы самим открыть инцидент; самые сильные:
}
init-none = Ничего не найдено.
init-touched = { $touches ->
        [0] Ни один из { $requests } запросов не касался по этой карте данных клиентов.
       *[other] Из { $requests } запросов данных клиентов касались по этой карте { $touches }, клиентов названо { $clients }.
    }
init-unmapped = Видов запросов вне карты: { $count }; самые частые стоят в файле комментариями.
init-late = Строк, пришедших слишком поздно для окон: { $count }; источнику нужен больший `lateness`.
init-too-large = В журналах { $size } МБ, больше, чем здесь прогоняется. Запустите сами:
init-left-out = предупреждение: { $what }
init-next = Дальше:
init-next-team = заполните группу и цели в { $file }
init-next-replay = посмотрите инциденты
