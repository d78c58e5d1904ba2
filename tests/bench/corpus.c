/*
 * corpus DIR N SEED: an archive of N made-up articles of about 8 KB below DIR,
 * as DIR/2004/05/2004-05-17-name.md. Article i depends on SEED and i alone, so
 * the archive of 1,000 is the beginning of the archive of 10,000. Nothing else
 * goes in: the same arguments give the same bytes on any machine.
 *
 * Shapes and their shares follow a measured archive: mixed offsets, date-only
 * dates, articles taken from elsewhere, raw HTML bodies with lazy images.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { BODY = 8000, YEARS = 20, FIRST_YEAR = 2004, TAGS = 200, AUTHORS = 60 };

static const char *const word[] = {
    "图书",
    "目录",
    "车站",
    "月台",
    "钟表",
    "历书",
    "节气",
    "观鸟",
    "湿地",
    "芦苇",
    "焊台",
    "电容",
    "收音机",
    "电码",
    "天线",
    "茶叶",
    "井水",
    "雪水",
    "渡口",
    "木船",
    "灯塔",
    "海雾",
    "山路",
    "石桥",
    "瓦房",
    "书摊",
    "铅字",
    "印刷",
    "纸张",
    "墨水",
    "春联",
    "书法",
    "诗句",
    "夜行",
    "铁轨",
    "邮局",
    "信封",
    "邮票",
    "拨号",
    "列表",
    "读者",
    "编者",
    "译文",
    "旧闻",
    "新知",
    "地图",
    "测量",
    "经纬",
    "星座",
    "望远镜",
    "行星",
    "彗星",
    "日食",
    "潮水",
    "气象",
    "云图",
    "雨量",
    "稻田",
    "麦子",
    "果园",
    "苹果",
    "橘子",
    "豆腐",
    "馒头",
    "厨房",
    "炉火",
    "铜壶",
    "瓷碗",
    "布鞋",
    "雨伞",
    "自行车",
    "电车",
    "轮渡",
    "码头",
    "仓库",
    "工厂",
    "锅炉",
    "齿轮",
    "钥匙",
    "门锁",
    "窗台",
    "花盆",
    "薄荷",
    "茉莉",
    "蜜蜂",
    "麻雀",
    "翠鸟",
    "野鸭",
    "池塘",
    "青蛙",
    "棋盘",
    "唱片",
    "口琴",
    "戏台",
    "电影",
    "照片",
    "底片",
    "暗房",
    "相册",
    "日记",
    "算盘",
    "算法",
    "程序",
    "编译",
    "数据",
    "文件",
    "索引",
    "校对",
    "附录",
    "脚注",
    "医院",
    "学校",
    "教室",
    "黑板",
    "粉笔",
    "考试",
    "公园",
    "广场",
    "市场",
    "街道",
    "历史",
    "考古",
    "陶片",
    "竹简",
    "碑文",
    "方言",
    "地名",
    "姓氏",
    "家谱",
    "年表",
    "物理",
    "化学",
    "生物",
    "数学",
    "地质",
    "矿石",
    "化石",
    "显微镜",
    "细胞",
    "种子",
};

static const char *const joint[] = {"的", "和", "在", "从", "与", "里的", "以后，",
    "之间，", "，", "，", "、", "不是", "还有", "比", "把", "没有", "原来是", "走到",
    "记着", "留给"};

static const char *const english[] = {"archive", "railway", "catalogue", "almanac",
    "weather", "solder", "signal", "C/C++", "open source", "letterpress", "birds", "tea",
    "maps", "clocks", "radio", "poems", "harbour", "index", "stars", "notes"};

/* Shares in percent, as measured. */
static const struct {
	int share;
	const char *form;
} zone[] = {{58, "+00:00"}, {15, "+01:00"}, {12, "Z"}, {5, "+02:00"}, {8, "+08:00"}};

/* splitmix64: small, seeded by any number, the same everywhere. */
static uint64_t
rnd(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned
below(uint64_t *state, unsigned n)
{
	return (unsigned)((rnd(state) >> 32) * n >> 32);
}

struct text {
	char byte[4 * BODY];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void
add(struct text *t, const char *form, ...)
{
	va_list args;
	va_start(args, form);
	int n = vsnprintf(t->byte + t->n, sizeof t->byte - t->n, form, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof t->byte - t->n)
		errx(1, "article too long");
	t->n += (size_t)n;
}

/* For the bulk of the text, where a format would cost more than the copy. */
static void
put(struct text *t, const char *s)
{
	size_t n = strlen(s);
	if (n >= sizeof t->byte - t->n)
		errx(1, "article too long");
	memcpy(t->byte + t->n, s, n);
	t->n += n;
}

static const char *
some_word(uint64_t *r)
{
	return word[below(r, COUNT(word))];
}

static void
sentence(struct text *t, uint64_t *r)
{
	for (unsigned i = 4 + below(r, 8); i > 0; i--) {
		put(t, some_word(r));
		put(t, i == 1 ? "。" : joint[below(r, COUNT(joint))]);
	}
}

static void
sentences(struct text *t, uint64_t *r, unsigned n)
{
	while (n-- > 0)
		sentence(t, r);
}

/* 120 pairs of words, 40 words, 40 English ones (the later half numbered). */
static void
tag_name(char *name, size_t size, unsigned k)
{
	if (k % 5 == 4)
		snprintf(name, size, k < 100 ? "%s" : "%s %u",
		    english[k / 5 % COUNT(english)], k);
	else if (k % 5 == 3)
		snprintf(name, size, "%s", word[k / 5 * 3]);
	else
		snprintf(name, size, "%s%s", word[k * 9 % COUNT(word)],
		    word[(k * 9 + 1 + k / COUNT(word)) % COUNT(word)]);
}

/* Running sums of 1/k, scaled to 32 bits: drawing by Zipf's law is a search. */
static void
zipf_init(uint32_t sum[TAGS])
{
	double total = 0, part = 0;
	for (int k = 1; k <= TAGS; k++)
		total += 1.0 / k;
	for (int k = 1; k <= TAGS; k++)
		sum[k - 1] = (uint32_t)((part += 1.0 / k) / total * 4294967295.0);
}

static unsigned
zipf(const uint32_t sum[TAGS], uint64_t *r)
{
	uint32_t x = (uint32_t)(rnd(r) >> 32);
	unsigned k = 0;
	while (k < TAGS - 1 && sum[k] < x)
		k++;
	return k;
}

static void
tags(struct text *t, uint64_t *r, const uint32_t sum[TAGS])
{
	unsigned had[5], n = 1 + below(r, 5);

	put(t, "tags: [");
	for (unsigned i = 0; i < n; i++) {
		char name[64];
		had[i] = zipf(sum, r);
		for (unsigned j = 0; j < i; j++) {
			if (had[j] == had[i]) {
				had[i] = (had[i] + 1) % TAGS;
				j = (unsigned)-1;
			}
		}
		tag_name(name, sizeof name, had[i]);
		add(t, i ? ", \"%s\"" : "\"%s\"", name);
	}
	put(t, "]\n");
}

struct day {
	unsigned year, month, day;
};

static void
front_matter(struct text *t, uint64_t *r, const struct day *d, unsigned i,
    const uint32_t sum[TAGS])
{
	put(t, "---\nlayout: default\ntitle: \"");
	put(t, some_word(r));
	put(t, joint[below(r, 4)]);
	put(t, some_word(r));
	add(t, "：第%u篇\"\ndate: %04u-%02u-%02u", i, d->year, d->month, d->day);

	unsigned x = below(r, 100), k = 0;
	while (k < COUNT(zone) && x >= (unsigned)zone[k].share)
		x -= (unsigned)zone[k++].share;
	if (k < COUNT(zone))
		add(t, "T%02u:%02u:%02u%s", below(r, 24), below(r, 60), below(r, 60),
		    zone[k].form);

	unsigned a = below(r, AUTHORS);
	add(t, "\nauthor: \"%s%s\"\n", word[a % 40 + 60], a % 3 ? "生" : "客");
	tags(t, r, sum);
	if (below(r, 5) == 0)
		add(t, "from: https://news.example.org/%u/%u.html\n", d->year, i);
	put(t, "---\n");
}

static void
block_list(struct text *t, uint64_t *r)
{
	bool numbered = below(r, 2);
	for (unsigned i = 1, n = 3 + below(r, 5); i <= n; i++) {
		if (numbered)
			add(t, "%u. ", i);
		else
			put(t, "- ");
		sentence(t, r);
		put(t, "\n");
	}
	put(t, "\n");
}

static void
block_table(struct text *t, uint64_t *r)
{
	add(t, "| %s | %s | %s |\n|:---|---:|:---:|\n", some_word(r), some_word(r),
	    some_word(r));
	for (unsigned n = 3 + below(r, 5); n > 0; n--)
		add(t, "| %s | %u | %s |\n", some_word(r), below(r, 10000), some_word(r));
	put(t, "\n");
}

static void
block_code(struct text *t, uint64_t *r)
{
	add(t, "```c\nif (n < %u && p->next)\n\tn += %u; /* %s */\n```\n\n",
	    below(r, 100), below(r, 9), some_word(r));
}

static void
block_paragraph(struct text *t, uint64_t *r)
{
	sentences(t, r, 2 + below(r, 4));
	switch (below(r, 6)) {
	case 0:
		add(t, "见[%s](https://example.org/%u/?a=1&b=2)。", some_word(r),
		    below(r, 9999));
		break;
	case 1:
		add(t, "见[%s](/%u/%u/#%s)。", some_word(r), below(r, 30), below(r, 99),
		    english[below(r, 5)]);
		break;
	case 2:
		add(t, "**%s**和*%s*，`%s`。", some_word(r), some_word(r),
		    english[below(r, COUNT(english))]);
		break;
	default:
		break;
	}
	put(t, "\n\n");
}

static void
body_markdown(struct text *t, uint64_t *r)
{
	while (t->n < BODY) {
		switch (below(r, 16)) {
		case 0:
			add(t, "## %s%s\n\n", some_word(r), some_word(r));
			break;
		case 1:
			block_list(t, r);
			break;
		case 2:
			block_table(t, r);
			break;
		case 3:
			add(t, "![%s](/images/%u.jpg \"%s\")\n\n", some_word(r),
			    below(r, 9999), some_word(r));
			break;
		case 4:
			put(t, "> ");
			sentence(t, r);
			put(t, "\n\n");
			break;
		case 5:
			block_code(t, r);
			break;
		default:
			block_paragraph(t, r);
		}
	}
}

static void
html_image(struct text *t, uint64_t *r)
{
	unsigned k = below(r, 9999);
	const char *alt = some_word(r);
	add(t,
	    "<figure><img class=\"lazy\" "
	    "src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" "
	    "data-src=\"//img.example.org/%u.jpg\" "
	    "data-srcset=\"//img.example.org/%u.jpg 640w, "
	    "//img.example.org/%u-2x.jpg 1280w\" alt=\"%s\"><noscript><img "
	    "src=\"//img.example.org/%u.jpg\" alt=\"%s\"></noscript></figure>\n",
	    k, k, k, alt, k, alt);
}

static void
body_html(struct text *t, uint64_t *r)
{
	put(t, "<div class=\"article\">");
	while (t->n < BODY) {
		put(t, "<p>");
		sentences(t, r, 2 + below(r, 4));
		if (below(r, 4) == 0)
			add(t, "<a href=\"/local/%u.html\" onclick=\"go(1)\">%s</a><br>",
			    below(r, 9999), some_word(r));
		put(t, "</p>\n");
		if (below(r, 6) == 0)
			html_image(t, r);
	}
	put(t, "</div>\n");
}

static void
article_write(
    int dir, struct text *t, uint64_t seed, unsigned i, const uint32_t sum[TAGS])
{
	uint64_t r = seed * 0x2545f4914f6cdd1d + i;
	struct day d = {
	    FIRST_YEAR + below(&r, YEARS), 1 + below(&r, 12), 1 + below(&r, 28)};
	char path[64];

	t->n = 0;
	front_matter(t, &r, &d, i, sum);
	if (below(&r, 20) == 0)
		body_html(t, &r);
	else
		body_markdown(t, &r);

	snprintf(path, sizeof path, "%04u/%02u/%04u-%02u-%02u-note-%u.md", d.year,
	    d.month, d.year, d.month, d.day, i);
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, t->byte, t->n) != (ssize_t)t->n || close(fd) < 0)
		err(1, "%s", path);
}

static void
folders_make(int dir)
{
	for (unsigned y = FIRST_YEAR; y < FIRST_YEAR + YEARS; y++) {
		for (unsigned m = 0; m <= 12; m++) {
			char path[16];
			snprintf(path, sizeof path, m ? "%04u/%02u" : "%04u", y, m);
			if (mkdirat(dir, path, 0755) < 0 && errno != EEXIST)
				err(1, "%s", path);
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		errx(2, "usage: corpus DIR N SEED");

	if (mkdir(argv[1], 0755) < 0 && errno != EEXIST)
		err(1, "%s", argv[1]);
	int dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		err(1, "%s", argv[1]);

	unsigned n = (unsigned)strtoul(argv[2], NULL, 10);
	uint64_t seed = strtoull(argv[3], NULL, 10);
	uint32_t sum[TAGS];
	struct text *t = malloc(sizeof *t);
	if (!t)
		err(1, "malloc");

	zipf_init(sum);
	folders_make(dir);
	for (unsigned i = 0; i < n; i++)
		article_write(dir, t, seed, i, sum);
	free(t);
	close(dir);
	return 0;
}
