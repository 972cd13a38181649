/**
 * What all of training has in common. {@link shinso.train.UserException} is the parent of the
 * exceptions whose messages are written for users.
 */
@NullMarked
package shinso.train;

import org.jspecify.annotations.NullMarked;
