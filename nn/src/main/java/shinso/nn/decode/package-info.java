/**
 * Sequences made one token after another by a model that says what comes next: the most probable
 * token each time, or a beam of hypotheses.
 *
 * <p>One step of a search, with the model's own step in it, is one compiled program for all
 * sequences and hypotheses together. It is traced once for each number of sequences, whatever
 * becomes of them; what the host does between steps is to keep the tokens.
 */
@NullMarked
package shinso.nn.decode;

import org.jspecify.annotations.NullMarked;
