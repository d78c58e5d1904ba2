#include "model/config_value.h"

#include <inttypes.h>

/* Digits alone, within the key's limits. */
static int
parse_digits(struct value *v, struct slice digits, int64_t unit, struct err *err)
{
	const struct config_key *key = v->key;
	int64_t number = 0;

	if (digits.n == 0)
		goto bad;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			goto bad;
		number = number * 10 + (digits.p[i] - '0');
		if (number > key->max)
			goto range;
	}
	if (number > key->max / unit || number * unit < key->min)
		goto range;
	*(int64_t *)v->field = number * unit;
	v->text = arena_printf(v->arena, "%" PRId64, number * unit);
	return 0;
bad:
	return err_set(
	    err, ERR_CONFIG, "\"%.*s\" is no %s", SLICE_ARG(v->text), key->type);
range:
	return err_set(err, ERR_CONFIG, "%.*s is not from %" PRId64 " to %" PRId64,
	    SLICE_ARG(v->text), key->min, key->max);
}

int
value_number(struct value *v, struct err *err)
{
	return parse_digits(v, v->text, 1, err);
}

/* Digits and what may stand behind them, with white space in between. */
static bool
take_suffix(struct slice *digits, const char *suffix)
{
	struct slice end = slice_str(suffix);

	if (digits->n < end.n ||
	    !slice_eq_nocase(slice_from(*digits, digits->n - end.n), end))
		return false;
	digits->n -= end.n;
	*digits = slice_trim(*digits);
	return true;
}

int
value_size(struct value *v, struct err *err)
{
	struct slice digits = v->text;
	int64_t unit = 1;

	take_suffix(&digits, "B");
	if (take_suffix(&digits, "k"))
		unit = 1000;
	else if (take_suffix(&digits, "M"))
		unit = 1000 * 1000;
	return parse_digits(v, digits, unit, err);
}

int
value_rate(struct value *v, struct err *err)
{
	struct slice digits = v->text;

	if (take_suffix(&digits, "hour"))
		take_suffix(&digits, "/");
	return parse_digits(v, digits, 1, err);
}

/* Milliseconds. */
int
value_duration(struct value *v, struct err *err)
{
	static const struct {
		const char *suffix;
		int64_t unit;
	} units[] = {
	    {"ms", 1}, {"min", 60000}, {"s", 1000}, {"h", 3600000}, {"d", 86400000}};
	struct slice digits = v->text, text = v->text;

	if (slice_is(text, "0"))
		return parse_digits(v, digits, 1, err);
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (!take_suffix(&digits, units[i].suffix))
			continue;
		if (parse_digits(v, digits, units[i].unit, err) != 0)
			return -1;
		v->text = text;
		return 0;
	}
	return err_set(err, ERR_CONFIG,
	    "\"%.*s\" is no duration such as 500 ms, 10 s, 5 min, 1 h or 1 d",
	    SLICE_ARG(v->text));
}

/* Octal, as chmod takes it. */
int
value_mode(struct value *v, struct err *err)
{
	int64_t mode = 0;

	for (size_t i = 0; i < v->text.n && mode <= v->key->max; i++) {
		if (v->text.p[i] < '0' || v->text.p[i] > '7')
			mode = v->key->max;
		mode = mode * 8 + (v->text.p[i] - '0');
	}
	if (mode > v->key->max)
		return err_set(err, ERR_CONFIG, "\"%.*s\" is no mode such as 022 or 0077",
		    SLICE_ARG(v->text));
	*(int64_t *)v->field = mode;
	return 0;
}
