@file:JvmName("ColoristAndroid")

package dev.colorist

import android.content.Context
import java.io.File
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext

/** The asset that the artifact `dev.colorist:colorist-small` brings. */
public const val BUNDLED_PACK: String = "colorist-small.colorist"

/**
 * Opens a pack from the app's assets, a `.colorist` archive or a folder.
 *
 * The pack is copied out of the APK once after each installation or update, and verified at every
 * opening. Until [Colorist.close] the system's memory warnings ([Context.registerComponentCallbacks])
 * give memory back by themselves.
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
): Colorist = openAsset(context, asset, options, null)

/** [open], watched: see the `load` of a file. */
public fun Colorist.Companion.load(
    context: Context,
    asset: String = BUNDLED_PACK,
    options: ColoristOptions = ColoristOptions(),
): Flow<LoadProgress> = watched { onStep -> openAsset(context, asset, options, onStep) }

private suspend fun openAsset(
    context: Context,
    asset: String,
    options: ColoristOptions,
    onStep: ((LoadProgress.Step) -> Unit)?,
): Colorist {
    val app = context.applicationContext
    val packs = AssetPacks(app)
    val ready = withContext(options.dispatcher) { packs.copied(asset) to options.onAndroid(app) }
    val (pack, complete) = ready
    val colorist =
        try {
            Colorist.openWatched(pack, complete, onStep)
        } catch (_: ColoristException.Pack) {
            // A copy can be damaged after it was made; what the APK holds cannot.
            val again = withContext(options.dispatcher) { packs.copiedAgain(asset) }
            Colorist.openWatched(again, complete, onStep)
        }
    TrimOnPressure.install(app, colorist, options.dispatcher)
    return colorist
}

/** Names ONNX Runtime's library where the installer has unpacked it; the linker finds it otherwise. */
private fun ColoristOptions.onAndroid(app: Context): ColoristOptions {
    val unpacked = File(app.applicationInfo.nativeLibraryDir.orEmpty(), "libonnxruntime.so")
    if (library != null || !unpacked.isFile) return this
    return ColoristOptions(threads, deadline, idleUnload, unpacked, lowMemory, log, dispatcher)
}
