package dev.colorist.samples

import android.app.Activity
import android.graphics.Bitmap
import android.os.Bundle
import android.widget.EditText
import android.widget.ImageView
import android.widget.LinearLayout
import android.widget.TextView
import dev.colorist.Colorist
import dev.colorist.ColoristException
import dev.colorist.open
import dev.colorist.preview
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** A field for words, and the photo as it looks with them. */
class EditorActivity : Activity() {
    // With Jetpack: viewModelScope, and ViewModel.addCloseable(colorist).
    private val scope: CoroutineScope = MainScope()
    private var colorist: Colorist? = null
    private var asking: Job? = null

    lateinit var photo: Bitmap
    lateinit var picture: ImageView
    lateinit var message: TextView

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        photo = Bitmap.createBitmap(320, 240, Bitmap.Config.ARGB_8888).apply { eraseColor(0xFF808080.toInt()) }
        picture = ImageView(this).apply { setImageBitmap(photo) }
        message = TextView(this)
        val words = EditText(this).apply { setOnEditorActionListener { _, _, _ -> true.also { ask(text.toString()) } } }
        setContentView(
            LinearLayout(this).apply {
                orientation = LinearLayout.VERTICAL
                for (view in listOf(words, picture, message)) addView(view)
            },
        )
    }

    /** What the user asks for last counts: the request before is dropped. */
    fun ask(intent: String) {
        asking?.cancel()
        asking =
            scope.launch {
                try {
                    val colorist = colorist ?: Colorist.open(this@EditorActivity).also { colorist = it }
                    val edit = colorist.edit(intent).edit
                    // scaled() is the strength dial under the picture.
                    val look = edit.scaled(0.8f).look(colorist.catalog)
                    picture.setImageBitmap(withContext(Dispatchers.Default) { look.preview(photo) })
                    message.text = if (edit.isEmpty) "Nothing to change for these words" else null
                } catch (problem: ColoristException) {
                    message.text = problem.message
                }
            }
    }

    override fun onDestroy() {
        scope.cancel()
        colorist?.close()
        super.onDestroy()
    }
}
