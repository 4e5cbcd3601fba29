package dev.colorist

import android.content.Context
import java.io.File
import java.io.IOException

/**
 * Copies of packs out of the APK, side by side: the native library reads a pack from a file, and
 * assets are not files. They are no backup's business, since the APK has them.
 */
internal class AssetPacks(
    private val app: Context,
) {
    private val folder = File(app.noBackupFilesDir, "colorist")

    // Another installation or update of the app may hold another pack under the same name.
    private val installed = "${app.packageManager.getPackageInfo(app.packageName, 0).lastUpdateTime}-"

    /** The copy of a pack, made now unless it is there. */
    fun copied(asset: String): File =
        synchronized(lock) {
            val copy = place(asset)
            if (copy.exists()) copy else copiedAgain(asset)
        }

    /** The copy of a pack, made now. Copies of earlier versions go; those of other packs stay. */
    fun copiedAgain(asset: String): File =
        synchronized(lock) {
            val copy = place(asset)
            try {
                folder.mkdirs()
                val outdated = folder.listFiles { file -> file == copy || !file.name.startsWith(installed) }
                outdated?.forEach { it.deleteRecursively() }
                // Another process of the app may be copying as well.
                val unfinished = File.createTempFile("${installed}unfinished", null, folder)
                try {
                    copy(asset, unfinished)
                    if (!unfinished.renameTo(copy)) throw IOException("$copy cannot be written")
                } finally {
                    unfinished.deleteRecursively()
                }
            } catch (failure: IOException) {
                throw ColoristException.Pack(
                    "the asset $asset cannot be copied; check that the app has it and the device free space",
                    failure,
                )
            }
            copy
        }

    private fun place(asset: String) = File(folder, installed + asset.replace('/', '_'))

    private fun copy(
        asset: String,
        target: File,
    ) {
        val children = app.assets.list(asset).orEmpty()
        if (children.isEmpty()) {
            app.assets.open(asset).use { from -> target.outputStream().use { from.copyTo(it) } }
        } else {
            target.delete()
            target.mkdirs()
            for (child in children) copy("$asset/$child", File(target, child))
        }
    }

    private companion object {
        // Two engines may be opened at once.
        val lock = Any()
    }
}
