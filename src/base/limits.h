// SPDX-License-Identifier: MIT
#ifndef USHER_BASE_LIMITS_H
#define USHER_BASE_LIMITS_H

// Every fixed bound of the program in one place, with what happens at it. Bounds
// that an organiser sets are in the configuration.

enum limit {
    // Files read whole (configuration, agenda, schema): larger is a mistake.
    LIMIT_FILE_BYTES = 16 * 1024 * 1024,
    // Depth of JSON from anywhere: deeper is malformed.
    LIMIT_JSON_DEPTH = 64,
    // Values in one JSON file: more is malformed.
    LIMIT_JSON_VALUES = 1000000,
    // Sessions, documents, rooms in one workshop: more is a mistake.
    LIMIT_AGENDA_ITEMS = 10000,
    // How long `check --online` waits for the networks, and longer for each room, since
    // joining many is paced: what has not answered is a mistake.
    LIMIT_CHECK_MS = 60 * 1000,
    LIMIT_CHECK_ROOM_MS = 2 * 1000,
    // Mistakes and warnings kept of one check: the rest is counted only.
    LIMIT_MISTAKES = 10000,
    // A file that holds a secret: larger is a mistake.
    LIMIT_SECRET_BYTES = 4096,
    // One message from a person: the rest is cut off before it is parsed, and the
    // question's own max_length answers "Too long".
    LIMIT_MESSAGE_BYTES = 64 * 1024,
    // One answer of the bot; lists are paged well below it. A longer one, of a very
    // long description, is replaced by a sentence that says so.
    LIMIT_REPLY_BYTES = 32 * 1024,
    // Decided messages in memory for one network: answers beyond it are dropped
    // and logged; stored rows stay in the store and are loaded as room is made.
    LIMIT_OUTBOX_MESSAGES = 8192,
    // Messages a network is given before it has acknowledged any.
    LIMIT_IN_FLIGHT_MESSAGES = 256,
    // One IRC line with tags (8191 tags + 512): longer is discarded up to the next
    // line end.
    LIMIT_IRC_LINE_BYTES = 8703,
    // What a server says in one step of SASL, in base64: more is a refusal.
    LIMIT_SASL_BYTES = 4096,
    // Rounds of hashing that a server may ask for in SASL SCRAM (200 ms or so, in which
    // nothing else happens): more is a refusal.
    LIMIT_SASL_ITERATIONS = 200000,
    // A nick that is spoken to on IRC: to a longer one, for which a line has no room,
    // everything is refused.
    LIMIT_IRC_NICK_BYTES = 256,
    // IRC messages that wait for an account or a room to be there: the oldest is
    // refused. Less than LIMIT_IN_FLIGHT_MESSAGES, so that others still get through.
    LIMIT_IRC_HELD_MESSAGES = 128,
    // Lines that are no messages, waiting to be said on one IRC network: so many that
    // change something (JOIN), and so many that ask or answer (WHO, CTCP). More are
    // dropped; a dropped JOIN is tried again.
    LIMIT_IRC_RAW_LINES = 256,
    // Bytes that an IRC server does not take: then the connection is given up.
    LIMIT_IRC_UNSENT_BYTES = 256 * 1024,
    // Users followed on one IRC network: later ones count as without account and
    // without a past.
    LIMIT_IRC_USERS = 50000,
    // Batches open at one time on an IRC connection: the oldest counts as ended.
    LIMIT_IRC_BATCHES = 64,
    // Lines of a room fetched from an IRC server's history at one time: later ones
    // are given up, with a log line.
    LIMIT_IRC_HISTORY_LINES = 10000,
    // Messages of one IRC room that wait until its history has been told: the oldest
    // is dropped, which the history has, too.
    LIMIT_IRC_HELD_LINES = 1000,
    // Persons whose direct messages are fetched from history: the rest is given up,
    // with a log line.
    LIMIT_IRC_HISTORY_PERSONS = 100,
    // Rooms of one Matrix account: in later ones the bot hears nothing.
    LIMIT_MATRIX_ROOMS = 10000,
    // Members followed in one Matrix room: later ones are shown by their user id.
    LIMIT_MATRIX_MEMBERS = 50000,
    // Events fetched to fill one gap in a Matrix room: older ones are given up,
    // with a log line.
    LIMIT_MATRIX_GAP_EVENTS = 5000,
    // Direct rooms told once that they can't be read, and persons who left theirs, of
    // one Matrix account: at it the oldest is forgotten.
    LIMIT_MATRIX_KEPT = 500,
    // Direct invitations that one Matrix account accepts in an hour: of one person, of
    // one homeserver, of all; the rest is left alone, with a log line.
    LIMIT_MATRIX_INVITES_PERSON = 5,
    LIMIT_MATRIX_INVITES_SERVER = 100,
    LIMIT_MATRIX_INVITES = 300,
    // Body of one HTTP answer: longer is an error of that request.
    LIMIT_HTTP_BYTES = 64 * 1024 * 1024,
    // Questions shown by one list: the rest is on the next page.
    LIMIT_LIST_LINES = 10,
    // One entry of a list of questions: the rest is left out, and seen by its number.
    LIMIT_ENTRY_BYTES = 2048,
    // Page of a list: a higher number is taken for this one.
    LIMIT_PAGE = 1000000,
    // Words of a person that an answer repeats: the rest is left out.
    LIMIT_QUOTED_BYTES = 80,
    // Sessions shown by `agenda`: how many more there are is said.
    LIMIT_AGENDA_LINES = 50,
    // Persons whose rate is followed at one time: at it all are forgotten.
    LIMIT_RATE_PERSONS = 10000,
    // SIGTERM to exit, for what the outbox still holds.
    LIMIT_FLUSH_MS = 5000,
    // Age up to which a question about "now" is still answered.
    LIMIT_STALE_MS = 10 * 60 * 1000,
    // Position of a network is stored at the latest so long after it moved.
    LIMIT_POSITION_MS = 5000,
};

#endif
