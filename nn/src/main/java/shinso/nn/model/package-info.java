/**
 * What a model can do, as small interfaces: evaluations, the command line and reports ask for these
 * and for nothing else. A model implements those that apply to it; {@link
 * shinso.nn.model.Classifier#of} and {@link shinso.nn.model.Regressor#of} make one of any network.
 *
 * <p>The first axis of every tensor is the batch. Methods that draw random numbers take a key; what
 * takes none gives the same numbers whenever it is asked.
 */
@NullMarked
package shinso.nn.model;

import org.jspecify.annotations.NullMarked;
