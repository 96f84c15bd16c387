"""Names of the region, each in the spellings that passports, courts and newspapers give it."""

from __future__ import annotations

# One name a line. Spellings of one line must find each other.
SPELLINGS = """
Юлия Юлія Yuliya Julia Iuliia Julija יוליה
Александр Олександр Аляксандр Aleksandr Oleksandr Alexander Alexandre Aliaksandr Aljaksandr אלכסנדר ألكسندر
Алексей Aleksei Alexey Aleksey Alexej Alexeï Aleksiej אלכסיי أليكسي
Сергей Сергій Сяргей Sergei Sergey Serhii Siarhei Sergej Serguei סרגיי سيرجي
Дмитрий Дмитро Дзмітрый Dmitry Dmitrii Dmytro Dzmitry Dimitri Dmitrij דמיטרי
Евгений Євген Яўген Yevgeny Evgenii Jewgeni Yevhen Yauhen Evgueni Evgenij יבגני
Михаил Михайло Mikhail Michail Mihail Mykhailo Mikhaïl מיכאיל ميخائيل
Николай Nikolai Nikolay Nikolaj Nikolaï ניקולאי نيكولاي
Микола Мікола Mykola Mikola
Владимир Володимир Vladimir Wladimir Volodymyr Wolodymyr ולדימיר فلاديمير
Уладзімір Uladzimir Uładzimir Vladzimir
Иван Іван Ivan Iwan איבן إيفان
Елена Олена Алена Elena Yelena Jelena Olena Alena ילנה إيلينا
Ольга Olga Olha Olʹga אולגה أولغا
Наталья Наталія Natalia Natalya Natalja Nataliia Natallia נטליה ناتاليا
Татьяна Тетяна Таццяна Tatiana Tatyana Tatjana Tetiana Tetyana טטיאנה
Светлана Світлана Святлана Svetlana Swetlana Svitlana סבטלנה سفيتلانا
Екатерина Ekaterina Yekaterina Jekaterina Ekatérina יקטרינה
Катерина Кацярына Kateryna Katerina Kaciaryna Katsiaryna קטרינה
Анна Anna אנה آنا
Ганна Hanna Hannah חנה
Ксения Ксенія Ksenia Kseniya Xenia Ksenija קסניה
Жанна Zhanna Žanna Schanna Jeanne Żanna ז'אנה
Женя Zhenya Schenja Jenia Ženja
Георгий Георгій Georgy Georgii Giorgi Georgij Heorhii გიორგი גאורגי
Григорий Григорій Grigory Grigorii Hryhorii Grigorij Grigori גריגורי
Игорь Ігор Igor Ihor Igorʹ איגור إيغور
Олег Oleg Oleh אולג أوليغ
Вячеслав Вячаслаў Viacheslav Vyacheslav Wjatscheslaw Viačaslaŭ Wiaczesław ויאצ'סלב
Щербаков Shcherbakov Schtscherbakow Chtcherbakov Ščerbakov Szczerbakow Scherbakov שצ'רבקוב
Хрущёв Khrushchev Chruschtschow Khrouchtchev Chruščëv Chruszczow Hruŝëv כרושצ'וב خروتشوف
Чайковский Tchaikovsky Tschaikowski Chaykovskiy Czajkowski Čajkovskij צ'ייקובסקי
Жуков Zhukov Schukow Joukov Žukov Żukow ז'וקוב جوكوف
Шевченко Shevchenko Schewtschenko Chevtchenko Szewczenko Ševčenko שבצ'נקו شيفتشينكو
Ціханоўская Тихановская Tikhanovskaya Tsikhanouskaya Cichanouskaja Tichanowskaja Tikhanovskaïa
Навальный Navalny Nawalny Navalnyj Navalnyy Navalni נבלני نافالني
Цветаева Tsvetaeva Zwetajewa Cvetaeva Tsvetaïeva Cwietajewa צבטאייבה
Пушкин Pushkin Puschkin Pouchkine Puszkin Puškin פושקין بوشكين
Яшин Yashin Jaschin Iachine Jašin Iashin ישין
Цой Tsoi Tsoy Zoi Coj Tsoï צוי
Гончаренко Honcharenko Goncharenko Gontscharenko Hončarenko גונצ'רנקו
Зинаида Зінаїда Zinaida Sinaida Zinaïda זינאידה
Ярослав Яраслаў Yaroslav Jaroslaw Iaroslav Yaraslau Jarosław ירוסלב
Филипп Filipp Philipp Filip Philippe פיליפ
Фёдор Fyodor Fedor Fjodor Fiodor פיודור
Кузнецов Kuznetsov Kusnezow Kouznetsov Kuznecov Kuźniecow קוזנצוב
Ахмад Ahmad Ahmed Achmed Ахмед Akhmed Ahmet أحمد אחמד
Мухаммад Muhammad Mohammed Mohamed Mohamad Mouhammad Мохаммед Магомед محمد מוחמד
Хусейн Hussein Husayn Hossein Houssein Hüseyin Гусейн حسین حسين חוסיין
Хасан Hassan Hasan Гасан حسن חסן
Халид Khalid Khaled Chalid Халед Halid خالد חאלד
Юсуф Yusuf Yousef Youssef Josef Jusuf Yūsuf يوسف יוסף
Ибрагим Ибрахим Ibrahim Ibragim İbrahim إبراهيم ابراهيم איברהים
Мустафа Mustafa Moustafa Mustapha Mostafa مصطفى מוסטפא
Абдуррахман Abdurrahman Abdulrahman Abdelrahman Abderrahmane Abdal-Rahman عبدالرحمن עבד-אלרחמן
Абдулла Abdullah Abdallah Abdulla Abdoullah عبدالله עבדאללה
Абдулькадир Abdulkadir Abdelkader Abdulqadir Abdoulkader عبدالقادر
Асад al-Assad Assad al-Asad Alassad аль-Асад الأسد אסד אל-אסד
Джамал Jamal Djamal Dschamal Dzhamal Gamal جمال ג'מאל
Джамиля Jamila Djamila Dschamila Cemile جميلة ג'מילה
Хадиджа Khadija Khadidja Chadidscha Hadidža Hatidže خديجة ח'דיג'ה
Фатима Fatima Fatma Fatemeh Fátima فاطمة فاطمه פאטמה
Аиша Aisha Aïcha Aischa Ayşe عائشة עאישה
Мариам Mariam Maryam Miriam Meryem مريم מרים
Зейнаб Zeinab Zaynab Zainab Zeynep Seinab زينب זינב
Осман Osman Othman Uthman Usman Осман عثمان עות'מאן
Омар Omar Umar Омар Умар عمر עומר
Али Ali Aly Али علي עלי
Махмуд Mahmoud Mahmud Machmud Makhmud محمود מחמוד
Самир Samir Sameer Самир سمير סמיר
Рашид Rashid Rachid Raschid Reşit رشيد ראשיד
Рамадан Ramadan Ramazan Ramadhan Рамазан رمضان
Зияд Ziad Ziyad Zijad Siyad زياد זיאד
Валид Walid Waleed Oualid Valid وليد וליד
Давуд Dawud Dawood Daoud Дауд Davud داود דאוד
Рауф Rauf Raouf Ra'uf Рауф رؤوف
Джавад Javad Jawad Djawad Dschawad جواد
Гулям Ghulam Gholam Gulam غلام
Чингиз Chingiz Tschingis Čingiz Çingiz Tchinguiz چنگیز
Пейман Peyman Payman Peiman پیمان
Резa Reza Rıza Riza رضا רזא
Саид Said Saeed Sayid سعيد סעיד
Исмаил Ismail Ismaïl İsmail Esmail إسماعيل איסמעיל
Муса Musa Moussa Mousa موسى מוסא
Сулейман Suleiman Sulayman Süleyman Soleiman Souleymane سليمان סולימאן
Идрис Idris Idriss Edris إدريس אידריס
Нуриддин Nuruddin Noureddine Nureddin نورالدين
Салах Salah Salach صلاح סלאח
Насрин Nasrin Nasreen Nesrin نسرین נסרין
Шамиль Shamil Schamil Chamil Szamil Şamil شامل שמיל
Кадыров Kadyrov Kadyrow Kadirov Qadirov قديروف קדירוב
Гебре Gebre Ghebre ገብረ גברה
Тесфай Tesfay Tesfai ተስፋይ טספאי
Абрахам Abraham אברהם
Давид David Dawid Davyd דוד დავით Դավիթ
Яков Yakov Jakow Jakov Iakov יעקב
Исаак Isaac Isaak
Ицхак Itzhak Yitzhak יצחק
Сара Sara Sarah سارة שרה
Виктор Віктор Viktor Victor Wiktor ויקטור فيكتور
Валентина Walentina Valentina Valiantsina ולנטינה
Людмила Ljudmila Lyudmila Liudmila Ludmila Ludmiła לודמילה
Надежда Nadezhda Nadeschda Nadejda Naděžda Nadieżda נדז'דה
Любовь Lyubov Ljubow Liubov Lioubov ליובוב
Борис Барыс Boris Borys Barys בוריס
Константин Konstantin Constantine Konstantyn קונסטנטין
Костянтин Kostyantyn Kostiantyn
Максим Maksim Maxim Maksym Maxime מקסים مكسيم
Кирилл Кирило Kirill Kyrill Kyrylo Cyrille קיריל
Тимур Timur Timour Tymur Teymur תימור تيمور
Рустам Rustam Roustam Rüstem رستم רוסטם
Зелимхан Zelimkhan Selimchan Zelimhan زليمخان
Прокопьев Prokopyev Prokopjew Prokopiev Prokop'ev Prokopiew
Журавлёв Zhuravlyov Schurawljow Jouravlev Žuravlëv Zhuravlev
Горбачёв Gorbachev Gorbatschow Gorbatchev Gorbačëv Gorbaczow גורבצ'וב غورباتشوف
Лукашенко Лукашэнка Lukashenko Lukaschenko Loukachenko Lukašenka Łukaszenka לוקשנקו لوكاشينكو
Зеленский Зеленський Zelensky Zelenskyy Selenskyj Zelenski Zełenski זלנסקי زيلينسكي
Порошенко Poroshenko Poroschenko Porochenko Poroszenko פורושנקו
Бялацкі Беляцкий Bialiatski Byalyatski Bjaljazki Białacki
Хашогги Khashoggi Chaschukdschi Khashoqji
Рахмон Rahmon Rakhmon Rachmon
Бахтияр Bakhtiyar Bachtijar Bahtiyar Bakhtiar بختيار
Фарид Farid Fareed Ferid فريد פריד
Камаль Kamal Kamel Kemal كمال כמאל
Лейла Leila Layla Leyla Laila ليلى לילה
Нурия Nuria Nouria Nuriya نورية
Хафиз Hafiz Hafez Khafiz Chafis Hafeez حافظ
Якуб Yaqub Yakub Jakub Yaqoub Yacoub يعقوب
Тарик Tariq Tarik Tarek Tareq طارق טארק
Закария Zakaria Zakariya Zacharia Zakariyya زكريا
Башар Bashar Bachar Baschar بشار בשאר
Насралла Nasrallah Nasralla Nasrullah نصرالله נסראללה
Эрдоган Erdogan Erdoğan أردوغان ארדואן
Шахрияр Shahriar Schahriar Shahryar شهریار
Хомейни Khomeini Chomeini Khomeyni خمینی ח'ומייני
Гюльнара Gulnara Gülnara Goulnara Gyulnara
Дильшод Dilshod Dilschod Dilshad Дильшад دلشاد
Хачатурян Khachaturian Chatschaturjan Khatchatourian Xačatryan Խաչատրյան
Саакашвили Saakashvili Saakaschwili Saakachvili სააკაშვილი סאקשווילי
Мамедов Məmmədov Mammadov Mamedow Mammedov ממדוב
Михаэль Michael Mikhael מיכאל
Рахель Rachel Rahel Rakhel רחל
Хаим Chaim Haim Khaim חיים
Моше Moshe Mosche Moché משה
Цви Zvi Tzvi Tsvi צבי
Терхас Terhas Tirhas ትርሓስ
Йоханнес Yohannes Johannes ዮሃንስ יוהנס
Хаиле Haile Hayle ኃይለ
"""

# Written after the tables were done, and never used to change them.
SPELLINGS_HELD_BACK = """
Анатолий Анатолій Anatoly Anatolij Anatolii Anatoli אנטולי أناتولي
Святослав Святаслаў Sviatoslav Swjatoslaw Svyatoslav Sviataslau Światosław
Людвиг Ludwig Lyudvig Ludvig לודוויג
Ростислав Rostislav Rostyslav Rostislaw רוסטיסלב
Снежана Сняжана Snezhana Snežana Sniežana Sneschana סנז'נה
Чернышёв Chernyshev Tschernyschow Tchernychev Černyšëv Czernyszow צ'רנישוב
Протасевич Пратасевіч Protasevich Protassewitsch Protassevitch Pratasievič Pratasevich פרוטסביץ'
Колесникова Калеснікава Kolesnikova Kolesnikowa Kalesnikava Kolesnikowa קולסניקובה
Бондаренко Бандарэнка Bondarenko Bandarenka בונדרנקו بوندارينكو
Зайцев Zaitsev Saizew Zaïtsev Zaytsev Zajcev Zajcew זייצב
Ходорковский Khodorkovsky Chodorkowski Khodorkovski Hodorkovskij חודורקובסקי خودوركوفسكي
Горчинская Gorchinskaya Gortschinskaja Gortchinskaïa Gorczynska
Ельцин Yeltsin Jelzin Eltsine Elcin Jelcyn ילצין يلتسين
Тимошенко Tymoshenko Timoschenko Timochenko Tymoszenko טימושנקו
Хабибулла Khabibulla Habibullah Chabibulla Habibulla حبیب‌الله
Файзулла Faizullah Fayzulla Fajzulla Faizoullah فيض‌الله
Мансур Mansour Mansur Mansoor منصور מנסור
Тахир Tahir Taher Tachir Takhir طاهر
Захра Zahra Zehra Sahra Zohra زهراء זהרה
Надим Nadim Nadeem Nedim نديم נדים
Саддам Saddam Sadam صدام סדאם
Каримов Karimov Karimow Kerimov Кәрімов קרימוב کریموف
Гейдар Heydar Haidar Haydar Heidar Гайдар حيدر
Шукри Shukri Choukri Schukri Şükrü شكري שוקרי
Рухолла Ruhollah Rouhollah Ruholla Rohullah روح‌الله
Джафар Jafar Ja'far Djafar Dschafar Jaafar Cafer جعفر ג'עפר
Хоссам Hossam Hussam Houssam Chossam حسام חוסאם
Атаулла Ataullah Atallah Ataollah عطاءالله
Фируза Firuza Firouzeh Firoozeh Firuze فیروزه
Мехди Mehdi Mahdi Machdi Mehdî مهدي מהדי
Ширин Shirin Schirin Chirine Şirin Szirin شیرین שירין
Самуил Samuel Samuil Samouil שמואל صموئيل
Эстер Ester Esther Estera אסתר
Рувим Ruvim Reuven Rouven ראובן
Тедрос Tedros Tedross ቴድሮስ טדרוס
Саркисян Sargsyan Sarkisian Sarkissian Sarkisyan Սարգսյան
Гамсахурдия Gamsakhurdia Gamsachurdia Gamsahurdia გამსახურდია
"""


def groups(text: str) -> list[list[str]]:
    return [sorted(set(line.split())) for line in text.strip().splitlines()]


# Distinct names as they would stand in one file cabinet, in the scripts people write.
DISTINCT = """
Александр Алексей Анатолий Андрей Антон Артём Богдан Борис Вадим Валерий Василий Виктор Виталий Владимир
Вячеслав Геннадий Георгий Глеб Григорий Данила Денис Дмитрий Евгений Иван Игорь Кирилл Константин Леонид Максим
Матвей Михаил Николай Павел Пётр Роман Руслан Святослав Семён Сергей Степан Тарас Тимофей Фёдор Ярослав
Анастасия Валентина Вера Вероника Виктория Галина Дарья Екатерина Елизавета Зинаида Инна Ирина Ксения Лариса
Любовь Людмила Маргарита Марина Надежда Наталья Оксана Ольга Полина Светлана София Тамара Татьяна Юлия
Ahmad Abdallah Abdulrahman Bashar Bilal Daoud Fadi Faisal Farid Ghassan Habib Hamza Hassan Hussein Ibrahim Idris
Jamal Khaled Kamal Mahmoud Mansour Marwan Mohammed Murad Musa Mustafa Nabil Nasser Omar Qasim Ramadan Rashid
Salah Samir Sulayman Tariq Walid Yaqub Zakaria Ziad Aisha Amina Dunya Fatima Hanan Khadija Leila Maryam Nour
Rania Ruqayya Salma Zeinab
Behrouz Dariush Farhad Golnaz Jahangir Keyvan Mehrdad Nasrin Parviz Rostam Shahriar Shirin Siavash Zarrin
דוד אסתר בנימין גדעון חיים יעקב לאה מרדכי משה נתן ראובן שמעון שרה תמר
Kuznetsov Petrenko Shcherbakov Tikhanovskaya Gorbachev Zhukov Lukashenko Kadyrov Khachaturian Saakashvili
Mammadov Erdogan Nasrallah Tesfay Gebremariam Berhane Woldu Habtom
"""
