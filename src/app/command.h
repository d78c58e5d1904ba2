/*
 * command: what a call of the program does, and with which exit code it ends.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,   /* what was published stays */
	EXIT_USAGE = 2,    /* the call or the configuration */
	EXIT_LEFT_OUT = 3, /* --strict: articles were left out */
	EXIT_HELD = 4,     /* by the flood guard */
	EXIT_LOCKED = 5,   /* another run holds the lock */
};

int command_main(int argc, char **argv);

#endif
