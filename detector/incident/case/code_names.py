"""Code names: two harmless words that can be said aloud, in English and Russian.

Comes in: an id. Goes out: the same two words every time. The lists run in parallel: the Russian adjectives and nouns
are all masculine, so that any two of them agree. The incident of a drill says so in number and name: they stand in
whatever people read of it, link to or file.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from detector.schema.team.drills import PREFIX, is_of_drill


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words("""
amber autumn azure bold brave bright brisk bronze calm candid careful cheerful chestnut clear clever cloudy coastal
cobalt cool copper coral cosmic cosy crimson crisp crystal curious daring dawn deep deft distant dusty eager early
eastern easy elder elegant emerald evening fabled faithful famous fast festive firm flowing foggy forest fragrant
frank free fresh friendly frosty garden generous gentle giant gifted gilded glad gleaming golden graceful grand
granite grateful green grey happy hardy harvest hazel hearty hidden high hilly honest humble icy indigo inland iron
island ivory jade jolly jovial keen kind large lasting late leafy lemon light lilac lively local lofty lone long
loud loyal lucid lucky lunar magnetic maple marble marine meadow mellow merry midday mighty mild mindful minted
misty modern modest morning mossy mountain musical native neat new nimble noble northern novel oaken ocean olive
opal open orange orderly painted pale patient peaceful pearly plain playful pleasant polar polite prompt proud
prudent pure purple quick quiet radiant rainy rapid rare ready red regal restful rich ripe river roaming robust
rocky rosy round royal ruby rural russet rustic sandy sapphire scarlet scenic secret serene shady sharp shining shy
silent silken silver simple sincere skilful slender slow small smiling smooth snowy sober solar solid southern
sparkling speedy spotted spring square starry stately steady steel stony stormless stout straight striped strong
sturdy subtle summer sunny sunset supple sweet swift tall tame tawny tender thoughtful tidal tidy timber tiny
tranquil true trusty turquoise twilight upland urban valiant velvet vernal violet vivid walnut wandering warm wary
watchful western
""")

ADJECTIVES_RU = _words("""
янтарный осенний лазурный смелый храбрый яркий бодрый бронзовый спокойный искренний бережный весёлый каштановый
ясный умный облачный прибрежный кобальтовый прохладный медный коралловый космический уютный багряный хрустящий
хрустальный любопытный дерзкий рассветный глубокий ловкий далёкий пыльный усердный ранний восточный лёгкий старший
изящный изумрудный вечерний сказочный верный знаменитый быстрый праздничный твёрдый текучий туманный лесной душистый
честный вольный свежий дружный морозный садовый щедрый нежный огромный одарённый позолоченный радостный блестящий
золотой грациозный великий гранитный благодарный зелёный серый счастливый стойкий урожайный ореховый сердечный
скрытый высокий холмистый правдивый скромный ледяной синий внутренний железный островной костяной нефритовый
задорный добродушный зоркий добрый большой прочный поздний лиственный лимонный светлый сиреневый живой местный
возвышенный одинокий длинный громкий преданный прозрачный удачливый лунный магнитный кленовый мраморный морской
луговой мягкий развесёлый полуденный могучий тёплый внимательный чеканный мглистый современный сдержанный утренний
мшистый горный музыкальный родной опрятный новый проворный благородный северный небывалый дубовый океанский
оливковый опаловый открытый оранжевый аккуратный расписной бледный терпеливый мирный жемчужный простой игривый
приятный полярный вежливый скорый гордый осмотрительный чистый пурпурный шустрый тихий сияющий дождливый
стремительный редкий готовый красный царственный безмятежный богатый спелый речной кочевой крепкий скалистый розовый
круглый королевский рубиновый сельский рыжий деревенский песчаный сапфировый алый живописный тайный умиротворённый
тенистый острый сверкающий застенчивый безмолвный шёлковый серебряный несложный откровенный умелый стройный
медленный маленький улыбчивый гладкий снежный трезвый солнечный надёжный южный искристый проворливый пятнистый
весенний квадратный звёздный величавый уверенный стальной каменный безветренный коренастый прямой полосатый сильный
выносливый тонкий летний погожий закатный гибкий сладкий резвый рослый ручной бурый ласковый задумчивый приливный
прибранный бревенчатый крошечный невозмутимый истинный испытанный бирюзовый сумеречный нагорный городской доблестный
бархатный вешний фиолетовый красочный орешниковый странствующий согретый осторожный бдительный западный
""")

NOUNS = _words("""
acorn album almond anchor apricot arch archive atlas avenue badger balcony bamboo banner barley basin basket bay
beacon bean beaver beetle bell bench birch bison boat bonfire bouquet bracelet bridge brook broom bucket buffalo
bull bumblebee bush button cabin cactus calendar camel camp canal candle canvas canyon cape caravan carp carpet
castle cat catfish chest chisel choir circle citrus clarinet cliff clock clover coast colt compass cone continent
corner corridor cosmos crab crane crater cricket crocus cube cucumber cupboard current cypress dance deer desk dill
dolphin dome donkey door drum eagle echo elephant elk elm engine falcon fan fence fennel fern ferret field fig film
fire fjord flag flamingo flax fleet flute foal fountain fox frigate frost garlic gate geyser ginger glacier globe
gnome goat goose gopher grape grove hail hammer hamster harbour hare hawk hedgehog hill honey horizon horn horse
house hyacinth iceberg iris ivy jaguar jasmine juniper kayak kettle key keyboard kitten labyrinth ladle lamb lantern
laurel leopard letter lily lion lotus magnet mammoth market marmot melon meteor mineral month moss mushroom
nightingale noon north notebook oak oasis oat octopus orchestra owl ox palace park parrot pass peach peacock pelican
pencil penguin pepper pheasant piano pier pine planet plum pond pony poplar poppy puzzle quartz quay raccoon rain
raven reed reef ridge ring robin rock rocket rook rosemary sail salad salmon sand saturn saxophone signal silk
sketch slope snow south sparrow squirrel star starling steam stork strait stream sturgeon sugar sunrise swan table
tapir tea theatre thistle thunder thyme tiger tomato topaz tower trail
""")

NOUNS_RU = _words("""
жёлудь альбом миндаль якорь абрикос свод архив атлас проспект барсук балкон бамбук стяг ячмень бассейн короб залив
маяк боб бобр жук колокол верстак березняк бизон чёлн костёр букет браслет мост ручей веник ушат буйвол бык шмель
куст бутон домик кактус календарь верблюд лагерь канал подсвечник холст каньон мыс караван карп ковёр замок кот сом
сундук резец хор круг цитрус кларнет утёс хронометр клевер берег жеребёнок компас конус материк угол коридор космос
краб журавль кратер сверчок крокус куб огурец шкаф поток кипарис танец олень стол укроп дельфин купол ослик портал
барабан орёл отзвук слон лось вяз мотор сокол веер забор фенхель папоротник хорёк луг инжир фильм огонь фьорд флаг
фламинго лён флот гобой жеребчик фонтан лис фрегат мороз чеснок шлагбаум гейзер имбирь ледник глобус гном козёл
гусак суслик виноград бор град молот хомяк порт заяц ястреб ёж холм мёд горизонт рог конь дом гиацинт айсберг ирис
плющ ягуар жасмин можжевельник каяк чайник ключ рояль котёнок лабиринт ковш ягнёнок фонарь лавр леопард конверт
ландыш лев лотос магнит мамонт рынок сурок арбуз метеор минерал месяц мох гриб соловей полдень север блокнот дуб
оазис овёс осьминог оркестр филин вол дворец парк попугай перевал персик павлин пеликан карандаш пингвин перец фазан
клавесин причал сосняк планетарий терновник пруд пони тополь мак ребус кварц пирс енот дождь ворон тростник риф
гребень перстень снегирь гранит зонд грач розмарин парус салат лосось песок сатурн саксофон сигнал шёлк эскиз склон
снег юг воробей бельчонок сириус скворец пар аист пролив источник осётр сахар восход лебедь столик тапир чай театр
чертополох гром чабрец тигр томат топаз терем след
""")


def case_number(hex_id: str, opened_at: datetime, zone: str, matter: str = "") -> str:
    """Return what people call an incident: its day and the beginning of its id; of a drill's it says so."""
    number = f"{opened_at.astimezone(ZoneInfo(zone)):%Y%m%d}-{hex_id[:6]}"
    return f"{PREFIX}{number}" if is_of_drill(matter) else number


def code_name(hex_id: str, matter: str = "") -> tuple[str, str]:
    """Return the code name for an id, English and Russian; that of a drill says so wherever it is called."""
    value = int(hex_id[-12:], 16)
    rest, first = divmod(value, len(ADJECTIVES))
    second = rest % len(NOUNS)
    name, name_ru = f"{ADJECTIVES[first]} {NOUNS[second]}", f"{ADJECTIVES_RU[first]} {NOUNS_RU[second]}"
    return (f"DRILL {name}", f"УЧЕНИЯ {name_ru}") if is_of_drill(matter) else (name, name_ru)
