/* names: lists of common characters. Surnames by how frequent they are in the country (per 10,000; Ministry of Public
 * Security, yearly reports on names); given names by what parents chose in four generations. */
#include "city/names.h"

#include <string.h>

struct weighted {
    const char *text;
    uint16_t weight;
};
static const struct weighted surnames[] = {
    { "王", 722 }, { "李", 721 }, { "张", 683 }, { "刘", 517 }, { "陈", 453 }, { "杨", 309 }, { "黄", 223 },
    { "赵", 204 }, { "吴", 195 }, { "周", 187 }, { "徐", 144 }, { "孙", 138 }, { "马", 128 }, { "朱", 123 },
    { "胡", 112 }, { "郭", 105 }, { "何", 101 }, { "高", 100 }, { "林", 98 },  { "罗", 86 },  { "郑", 84 },
    { "梁", 77 },  { "谢", 73 },  { "宋", 66 },  { "唐", 60 },  { "许", 58 },  { "韩", 58 },  { "冯", 57 },
    { "邓", 56 },  { "曹", 55 },  { "彭", 51 },  { "曾", 49 },  { "肖", 47 },  { "田", 46 },  { "董", 45 },
    { "袁", 44 },  { "潘", 42 },  { "于", 41 },  { "蒋", 40 },  { "蔡", 39 },  { "余", 39 },  { "杜", 38 },
    { "叶", 36 },  { "程", 35 },  { "苏", 34 },  { "魏", 33 },  { "吕", 33 },  { "丁", 32 },  { "任", 31 },
    { "沈", 31 },  { "姚", 30 },  { "卢", 30 },  { "姜", 29 },  { "崔", 29 },  { "钟", 28 },  { "谭", 27 },
    { "陆", 27 },  { "汪", 26 },  { "范", 26 },  { "金", 25 },  { "石", 25 },  { "廖", 24 },  { "贾", 23 },
    { "夏", 22 },  { "韦", 22 },  { "付", 21 },  { "方", 21 },  { "白", 20 },  { "邹", 20 },  { "孟", 20 },
    { "熊", 19 },  { "秦", 19 },  { "邱", 18 },  { "江", 18 },  { "尹", 17 },  { "薛", 17 },  { "闫", 16 },
    { "段", 16 },  { "雷", 15 },  { "侯", 15 },  { "龙", 14 },  { "史", 14 },  { "陶", 13 },  { "黎", 13 },
    { "贺", 12 },  { "顾", 24 },  { "毛", 11 },  { "郝", 11 },  { "龚", 11 },  { "邵", 10 },  { "万", 10 },
    { "钱", 10 },  { "严", 10 },  { "戴", 18 },  { "章", 9 },   { "欧阳", 7 }, { "司马", 1 }, { "诸葛", 1 },
};

/* [generation][sex], characters of three bytes each. */
static const char *const given[4][2] = {
    { "秀兰英珍凤玉桂芳素琴华云霞美莲荣梅淑爱菊", "国建明华德荣文志福林生金永祥庆成贵根宝海" },
    { "丽芳敏静红霞燕玲萍秀娟艳英梅琴华兰云琳凤", "伟军强勇建国明华志平林刚斌辉峰东民文海荣" },
    { "婷静雪丹娜颖倩琳璐慧莉佳敏晶悦雯蕾媛洁玲", "杰鹏浩涛磊超凯俊斌飞宇亮波帅健毅翔晨阳龙" },
    { "欣怡涵梓萱诗雨语桐可馨若瑶思琪彤悦然依宁", "浩宇轩子博文俊泽睿辰奕翰然铭皓昊天佑嘉诚" },
};

/* Pairs of one sound, and pairs of one look; each may stand for the other. */
static const char *const sounds[] = { "张章", "徐许", "陈程", "周邹", "江姜", "余于", "丽莉", "芳方", "华桦", "英瑛",
                                      "玲铃", "霞侠", "静婧", "伟纬", "强蔷", "军君", "勇永", "建健", "国帼", "平萍",
                                      "志智", "杰洁", "涛滔", "超朝", "敏闽", "红虹", "燕艳", "明铭", "秀绣", "欣新",
                                      "涵函", "宇羽", "浩皓", "文雯", "子梓", "琪琦", "怡宜", "辰晨", "诗施", "兰澜" };
static const char *const looks[] = { "刘刈", "李季", "杨扬", "王玉", "陈阵", "赵赴", "吴昊", "徐涂", "孙逊", "朱末",
                                     "郭廓", "林材", "何问", "高亭", "丽俪", "静净", "娟涓", "敏敬", "桂挂", "凤风",
                                     "兰三", "军车", "伟伪", "明朋", "志忘", "杰杏", "涛祷", "鹏雕", "婷停", "琳淋",
                                     "瑶遥", "佳住", "博搏", "轩斩", "泽译", "睿容", "玉王", "云去", "荣茔", "海悔" };

_Static_assert(sizeof sounds == sizeof looks, "as many pairs of one kind as of the other");

static const char *const streets[] = { "和乐路", "安业路", "勤耕路", "春溪路", "新禾路", "望湖路", "明德路",
                                       "桑榆路", "清和路", "同心路", "百工路", "稻香路", "书台路", "惠民路",
                                       "丰登路", "长桥街", "荷塘街", "柳荫街", "青石街", "竹西街" };
static const char *const firm_words[] = { "乐业", "禾丰", "江淮", "春溪", "同创", "百川", "明达",
                                          "安信", "恒泽", "瑞安", "华立", "永兴", "新禾", "天汇",
                                          "博远", "万和", "金桥", "鼎盛", "润泽", "凯源" };
static const char *const trades[] = { "电工",
                                      "焊工",
                                      "钳工",
                                      "车工",
                                      "铣工",
                                      "数控机床操作工",
                                      "汽车维修工",
                                      "中式烹调师",
                                      "育婴员",
                                      "养老护理员",
                                      "保育师",
                                      "家政服务员",
                                      "电子商务师",
                                      "企业人力资源管理师",
                                      "起重装卸机械操作工",
                                      "美容师",
                                      "物流服务师",
                                      "茶艺师",
                                      "工业机器人系统操作员",
                                      "缝纫工" };
static const char *const schools[] = { "乐业大学",     "乐业工业职业学院", "乐业师范学院", "江淮理工大学",
                                       "江淮医药学院", "江淮农业大学",     "长桥商学院",   "长桥职业技术学院",
                                       "青石技师学院", "春溪学院" };
static const char *const majors[] = { "机械设计制造", "电气自动化", "计算机应用", "会计",     "护理",
                                      "市场营销",     "土木工程",   "电子商务",   "学前教育", "汉语言文学",
                                      "物流管理",     "化学工程",   "园艺",       "旅游管理" };
static const char *const banks[] = { "乐业农村商业银行", "乐业银行", "江淮银行", "长桥村镇银行" };

#define ONE_OF(r, list) ((list)[rng_below((r), sizeof(list) / sizeof *(list))])
enum { HAN = 3 }; /* bytes of a Chinese character in UTF-8 */

const char *name_street(struct rng *r) { return ONE_OF(r, streets); }
const char *name_firm_word(struct rng *r) { return ONE_OF(r, firm_words); }
const char *name_trade(struct rng *r) { return ONE_OF(r, trades); }
const char *name_school(struct rng *r) { return ONE_OF(r, schools); }
const char *name_major(struct rng *r) { return ONE_OF(r, majors); }
const char *name_bank(struct rng *r) { return ONE_OF(r, banks); }

const char *name_surname(struct rng *r)
{
    enum { COUNT = sizeof surnames / sizeof *surnames };
    uint32_t total = 0;
    for (size_t i = 0; i < COUNT; i++) total += surnames[i].weight;
    uint32_t at = rng_below(r, total);
    size_t i = 0;
    while (at >= surnames[i].weight) at -= surnames[i++].weight;
    return surnames[i].text;
}

const char *name_person(struct arena *a, struct rng *r, const char *surname, bool male, int birth_year)
{
    static const uint16_t single[4] = { 1800, 2600, 3200, 900 };
    size_t generation = birth_year < 1960 ? 0 : birth_year < 1980 ? 1 : birth_year < 2000 ? 2 : 3;
    const char *chars = given[generation][male];
    uint32_t n = (uint32_t)(strlen(chars) / HAN);
    size_t first = rng_below(r, n), second = n; /* where the text ends: no second one */
    if (!rng_chance(r, single[generation])) second = rng_below(r, n);
    return str_fmt(a, "%s%.*s%.*s", surname, HAN, chars + first * HAN, HAN, chars + second * HAN).p;
}

const char *name_twin(struct arena *a, const char *name, bool sound)
{
    const char *const *pairs = sound ? sounds : looks;
    size_t count = sizeof sounds / sizeof *sounds, len = strlen(name);
    for (size_t at = len; at >= HAN; at -= HAN) { /* the given name rather than the surname */
        const char *c = name + at - HAN;
        for (size_t i = 0; i < count; i++) {
            size_t side = memcmp(c, pairs[i], HAN) == 0 ? 0 : memcmp(c, pairs[i] + HAN, HAN) == 0 ? HAN : SIZE_MAX;
            if (side == SIZE_MAX) continue;
            return str_fmt(a, "%.*s%.*s%s", (int)(at - HAN), name, HAN, pairs[i] + (HAN - side), name + at).p;
        }
    }
    return NULL;
}
