/** Streams that one side may share with one remote at a time, and tracks in one of them. */
export const MAX_STREAMS = 64;
export const MAX_TRACKS = 64;

/** Media sections of one kind that a remote may ask for: as many as a room of cameras needs from one relay. */
export const MAX_SECTIONS = 256;

/** Bytes of a stream's label in UTF-8, as of a channel's. */
export const MAX_LABEL_BYTES = 1_024;
