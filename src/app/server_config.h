/*
 * server_config: what nginx, Apache and Caddy have to be told to serve [output]
 * dir at [output] url, printed as a commented part of their configuration.
 *
 * It serves what the program publishes and nothing else: below a folder of its
 * own all other names are 404, staged files always. Only live feeds name the
 * hubs and themselves (WebSub section 4: one `rel="self"`), and they do it in
 * one Link header.
 *
 * The address in that header is built from what the client wrote, as no server
 * encodes a decoded path again: but only when that is, letter by letter, what
 * uri_encode_path makes. So it never holds a raw character, a control or a
 * quote. Otherwise there is no header, and the links within the document hold.
 *
 * Servers make the ETag from time and size, which is right here: publish.h
 * promises that the time moves whenever the bytes do.
 */
#ifndef APP_SERVER_CONFIG_H
#define APP_SERVER_CONFIG_H

#include "base/buf.h"
#include "base/err.h"
#include "model/config.h"

/* ERR_CONFIG: a server that it does not know, or a name in the configuration that
 * cannot be written for servers. Nothing is appended then. */
int server_config_write(
    struct buf *out, const struct config *config, const char *server, struct err *err);

#endif
