#include "model/reading.h"

const char *
article_state_name(enum article_state state)
{
	static const char *const names[ARTICLE_STATES] = {
	    [ARTICLE_LIVE] = "live",
	    [ARTICLE_WAITS] = "waits",
	    [ARTICLE_HELD] = "held",
	    [ARTICLE_OUT] = "out",
	    [ARTICLE_BAD] = "bad",
	};

	return names[state];
}
