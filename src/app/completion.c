#include "app/completion.h"

#include "app/options.h"

#include <string.h>

/* What an argument is, by the name it has in the table. */
enum argument { ANY, FILES, FOLDERS, SHELLS, SERVERS };

static enum argument
argument_of(const char *name)
{
	static const struct {
		const char *name;
		enum argument argument;
	} known[] = {{"FILE", FILES}, {"FEED", FILES}, {"ID|PATH", FILES},
	    {"LOG...", FILES}, {"DIR", FOLDERS}, {"bash|zsh", SHELLS},
	    {"nginx|apache|caddy", SERVERS}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].argument;
	return ANY;
}

/* --- bash ------------------------------------------------------------------- */

/* "--once", or "-c|--config" in a pattern. */
static void
bash_names(struct buf *out, const struct option_row *row, const char *between)
{
	if (row->letter)
		buf_printf(out, "-%c%s", row->letter, between);
	buf_printf(out, "--%s", row->name);
}

static void
bash_arguments(struct buf *out)
{
	static const char *const words[] = {
	    [ANY] = ":",
	    [FILES] = "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")",
	    [FOLDERS] = "mapfile -t COMPREPLY < <(compgen -d -- \"$word\")",
	    [SHELLS] = "mapfile -t COMPREPLY < <(compgen -W 'bash zsh' -- \"$word\")",
	    [SERVERS] = ("mapfile -t COMPREPLY < "
			 "<(compgen -W 'nginx apache caddy' -- \"$word\")"),
	};
	struct option_row row;

	for (size_t i = 0; options_row(i, &row); i++) {
		if (!row.argument)
			continue;
		buf_str(out, "\t");
		bash_names(out, &row, "|");
		buf_printf(out, ")\n\t\t%s\n\t\treturn\n\t\t;;\n",
		    words[argument_of(row.argument)]);
	}
}

static void
write_bash(struct buf *out)
{
	struct option_row row;

	buf_str(out, "# bash completion for xysfeed\n\n_xysfeed() {\n"
		     "\tlocal word=${COMP_WORDS[COMP_CWORD]}\n"
		     "\tCOMPREPLY=()\n"
		     "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n");
	bash_arguments(out);
	buf_str(out, "\tesac\n\tmapfile -t COMPREPLY < <(compgen -W '");
	for (size_t i = 0; options_row(i, &row); i++) {
		buf_str(out, i ? " " : "");
		bash_names(out, &row, " ");
	}
	buf_str(out, "' -- \"$word\")\n} &&\n"
		     "\tcomplete -o filenames -F _xysfeed xysfeed\n");
}

/* --- zsh -------------------------------------------------------------------- */

/* Text within '...[...]': what ends those is written otherwise. */
static void
zsh_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_str(out, "'\\'");
		else if (*text == '[' || *text == ']' || *text == ':')
			buf_char(out, '\\');
		buf_char(out, *text);
	}
}

static void
zsh_row(struct buf *out, const struct option_row *row)
{
	static const char *const actions[] = {[ANY] = "",
	    [FILES] = "_files",
	    [FOLDERS] = "_files -/",
	    [SHELLS] = "(bash zsh)",
	    [SERVERS] = "(nginx apache caddy)"};

	buf_str(out, " \\\n\t");
	if (row->letter)
		buf_printf(out, "'(-%c --%s)'{-%c,--%s}'[", row->letter, row->name,
		    row->letter, row->name);
	else
		buf_printf(out, "'--%s[", row->name);
	zsh_text(out, row->help);
	buf_char(out, ']');
	if (row->argument) {
		buf_char(out, ':');
		zsh_text(out, row->argument);
		buf_printf(out, ":%s", actions[argument_of(row->argument)]);
	}
	buf_char(out, '\'');
}

static void
write_zsh(struct buf *out)
{
	struct option_row row;

	buf_str(out, "#compdef xysfeed\n\n_arguments -s");
	for (size_t i = 0; options_row(i, &row); i++)
		zsh_row(out, &row);
	buf_char(out, '\n');
}

int
completion_write(struct buf *out, const char *shell, struct err *err)
{
	if (strcmp(shell, "bash") == 0)
		write_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		write_zsh(out);
	else
		return err_set(
		    err, ERR_CONFIG, "--completion knows bash and zsh, not %s", shell);
	return 0;
}
