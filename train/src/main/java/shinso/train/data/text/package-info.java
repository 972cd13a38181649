/**
 * Texts as sequences of numbers: the tokens that there are, and files of texts.
 *
 * <p>A {@link shinso.train.data.text.Vocabulary} is taken from training texts and belongs to the
 * model that is trained on them, which means nothing without it.
 */
@NullMarked
package shinso.train.data.text;

import org.jspecify.annotations.NullMarked;
