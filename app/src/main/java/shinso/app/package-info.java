/**
 * The command line. {@link shinso.app.Main} is one picocli command with a sub-command for each
 * thing a user does; a sub-command parses its options, calls {@code shinso.train} and {@code
 * shinso.zoo}, and prints. No numeric work happens here, and the backend is found at run time,
 * never imported.
 */
@NullMarked
package shinso.app;

import org.jspecify.annotations.NullMarked;
