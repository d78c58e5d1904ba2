/*
 * command: what a call of the program does. Returns its exit code (outcome.h).
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

int command_main(int argc, char **argv);

#endif
