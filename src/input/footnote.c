#include "input/footnote.h"

#include "input/piece.h"

static void
add(struct footnotes *notes, struct slice piece, struct arena *arena)
{
	struct footnote *note = ARENA_NEW(arena, struct footnote);
	struct slice name, text = slice_trim(piece);

	text = slice_from(text, piece_footnote(text, &name) + 1);
	/* As wide as what the lines that go on are indented by. */
	note->text = arena_printf(arena, "1.  %.*s\n", SLICE_ARG(slice_trim(text)));
	/* Its whole text is a name that nothing refers to. */
	map_put(&notes->notes, map_get(&notes->notes, name) ? piece : name, note);
}

void
footnotes_init(struct footnotes *notes, struct slice text, struct arena *arena)
{
	struct pieces pieces = {.rest = text};
	enum piece_kind kind;
	struct slice piece;

	*notes = (struct footnotes){0};
	map_init(&notes->notes);
	while (piece_next(&pieces, &piece, &kind))
		if (kind == PIECE_FOOTNOTE)
			add(notes, piece, arena);
}

void
footnotes_fini(struct footnotes *notes)
{
	map_fini(&notes->notes);
}

static void
number(struct footnotes *notes, struct footnote *note)
{
	note->number = ++notes->numbered;
	if (notes->first)
		notes->last->next = note;
	else
		notes->first = note;
	notes->last = note;
}

size_t
footnotes_number(struct footnotes *notes, struct slice name)
{
	struct footnote *note = map_get(&notes->notes, name);

	if (!note)
		return 0;
	if (!note->number)
		number(notes, note);
	return note->number;
}

bool
footnotes_next(struct footnotes *notes, struct slice *text)
{
	for (; !notes->first && notes->seen < notes->notes.n; notes->seen++) {
		struct footnote *note = notes->notes.item[notes->seen].value;
		if (!note->number)
			number(notes, note);
	}
	if (!notes->first)
		return false;
	*text = notes->first->text;
	notes->first = notes->first->next;
	return true;
}
