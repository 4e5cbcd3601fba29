package dev.colorist

import android.app.Application
import android.content.res.AssetManager
import org.robolectric.RuntimeEnvironment

/**
 * An app whose assets are the golden packs. They come from an archive that the build makes: an APK
 * needs a compiled manifest, which only Android's own tools write.
 */
internal fun appWithPacks(): Application {
    val app = RuntimeEnvironment.getApplication()
    val add = AssetManager::class.java.getMethod("addAssetPath", String::class.java)
    check(add.invoke(app.assets, "target/robolectric/assets.zip") != 0)
    return app
}
