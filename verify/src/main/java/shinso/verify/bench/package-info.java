/**
 * Benchmarks of whole training steps, alone and side by side with another system. A workload is a
 * string such as {@code mlp:batch=128,sizes=784-512-512-10}; a peer is any command that takes the
 * same strings and prints one JSON object a line with {@code system}, {@code workload} and {@code
 * median_ms}.
 */
@NullMarked
package shinso.verify.bench;

import org.jspecify.annotations.NullMarked;
