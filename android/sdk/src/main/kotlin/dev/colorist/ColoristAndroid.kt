@file:JvmName("ColoristAndroid")

package dev.colorist

import android.content.Context
import java.io.File
import kotlinx.coroutines.flow.Flow

/** The asset that the artifact `dev.colorist:colorist-small` brings. */
public const val BUNDLED_PACK: String = "colorist-small.colorist"

/**
 * Opens a pack from the app's assets, a `.colorist` archive or a folder.
 *
 * The pack is copied out of the APK once after each installation or update, and verified at every
 * opening. Until [Colorist.close] memory is given back by itself ([Context.registerComponentCallbacks]):
 * buffers when the UI is hidden, the model when the process becomes a cached background process, and
 * before Android 14 also when memory is critically short. For more, set [ColoristOptions.idleUnload].
 *
 * @param asset The pack's path in the assets.
 * @throws ColoristException.Pack when the pack is missing, damaged or for another version, or when
 *   there is no room for the copy.
 * @throws ColoristException.Runtime when ONNX Runtime is missing or unsuitable.
 */
public suspend fun Colorist.Companion.open(
    context: Context,
    asset: String = BUNDLED_PACK,
    options: ColoristOptions = ColoristOptions(),
): Colorist = opening(options) { openAsset(context, asset, options, null) }

/** [open], watched: see the `load` of a file. */
public fun Colorist.Companion.load(
    context: Context,
    asset: String = BUNDLED_PACK,
    options: ColoristOptions = ColoristOptions(),
): Flow<LoadProgress> = watched { onStep -> opening(options) { openAsset(context, asset, options, onStep) } }

/** [open] for Java and for threads that may block. */
@JvmOverloads
public fun openBlocking(
    context: Context,
    asset: String = BUNDLED_PACK,
    options: ColoristOptions = ColoristOptions(),
): Colorist = openAsset(context, asset, options, null)

private fun openAsset(
    context: Context,
    asset: String,
    options: ColoristOptions,
    onStep: ((LoadProgress.Step) -> Unit)?,
): Colorist {
    val app = context.applicationContext
    val packs = AssetPacks(app)
    val cached = options.cachedIn(File(app.cacheDir, "colorist"))
    val colorist =
        try {
            Colorist.openNow(packs.copied(asset), cached, onStep)
        } catch (_: ColoristException.Pack) {
            // A copy can be damaged after it was made; what the APK holds cannot.
            Colorist.openNow(packs.copiedAgain(asset), cached, onStep)
        }
    TrimOnPressure.install(app, colorist, options.dispatcher)
    return colorist
}
