/**
 * Random numbers as pure functions of a key and a position. There is no hidden state: the same key
 * gives the same numbers on every backend, for any number of threads and after any interruption.
 */
@NullMarked
package shinso.core.random;

import org.jspecify.annotations.NullMarked;
